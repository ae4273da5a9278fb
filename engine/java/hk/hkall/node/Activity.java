package hk.hkall.node;

import java.util.concurrent.atomic.AtomicLong;

/**
 * When the node was last asked something. It lives on the class path, the only loader that both the
 * transport (which sees the requests) and the launcher (which stops an idle node) look into.
 */
public final class Activity {
    private static final AtomicLong LAST_REQUEST = new AtomicLong(System.nanoTime());

    private Activity() {}

    /** A request that carries the secret has come in. */
    public static void touch() {
        LAST_REQUEST.set(System.nanoTime());
    }

    /** Nanoseconds since the last request, or since the start. */
    public static long idleNanos() {
        return System.nanoTime() - LAST_REQUEST.get();
    }
}
