package hk.hkall.node;

import java.time.Duration;
import org.elasticsearch.http.HttpServerTransport;

/**
 * Ends the process when nothing is connected and nothing was asked for a set time: the node is
 * started by whichever command needs it first, so nobody else would.
 */
final class IdleWatch extends Thread {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final HttpServerTransport http;
    private final Duration limit;

    IdleWatch(HttpServerTransport http, Duration limit) {
        super("hkall-idle-watch");
        setDaemon(true);
        this.http = http;
        this.limit = limit;
    }

    @Override
    public void run() {
        while (!idle()) {
            try {
                Thread.sleep(pause());
            } catch (InterruptedException stopping) {
                return;
            }
        }
        System.out.println("Nothing was asked for " + limit.toSeconds() + " seconds: stopping.");
        System.exit(0);
    }

    private Duration pause() {
        Duration quarter = limit.dividedBy(4);
        return quarter.compareTo(LONGEST_PAUSE) < 0 ? quarter : LONGEST_PAUSE;
    }

    private boolean idle() {
        return http.stats().getServerOpen() == 0 && Activity.idleNanos() > limit.toNanos();
    }
}
