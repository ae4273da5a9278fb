package hk.hkall.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.action.admin.cluster.health.ClusterHealthRequest;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Starts the node of one home: {@code Launcher HOME BUILD IDLE_SECONDS}. The settings are those
 * of {@code HOME/config/elasticsearch.yml}.
 */
public final class Launcher {
    private static final TimeValue OPENING = TimeValue.timeValueSeconds(60);
    private static final Duration CLOSING = Duration.ofSeconds(20);

    private Launcher() {}

    /** Runs until the process is told to end; a node that cannot start ends it with status 1. */
    public static void main(String[] arguments) {
        try {
            run(Path.of(arguments[0]), arguments[1], Long.parseLong(arguments[2]));
        } catch (Throwable failure) {
            System.err.println("The node did not start:");
            failure.printStackTrace();
            System.exit(1);
        }
    }

    private static void run(Path home, String build, long idleSeconds) throws Exception {
        StateFile state = new StateFile(home.resolve("state.json"), build);
        Settings settings = Settings.builder()
            .loadFromPath(home.resolve("config").resolve("elasticsearch.yml"))
            .put("path.home", home.toString())
            .build();
        LogConfigurator.configureWithoutConfig(settings);
        Environment environment = new Environment(settings, home.resolve("config"));
        Files.createDirectories(environment.pluginsDir());
        Node node = new Node(environment, plugins(environment));
        CountDownLatch closed = closeAtExit(node, state);
        node.start();
        awaitShards(node);
        HttpServerTransport http = node.injector().getInstance(HttpServerTransport.class);
        state.write(http.boundAddress().publishAddress().getPort());
        if (idleSeconds > 0) {
            new IdleWatch(http, Duration.ofSeconds(idleSeconds)).start();
        }
        closed.await();
    }

    /** A node that starts again opens its indices first: until then a search would be answered 503. */
    private static void awaitShards(Node node) {
        ClusterHealthRequest request = new ClusterHealthRequest(OPENING).waitForYellowStatus();
        node.client().admin().cluster().health(request.timeout(OPENING)).actionGet();
    }

    private static PluginsLoader plugins(Environment environment) {
        // false: the server runs from the class path, it is no named module that could export packages
        return PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir(), false),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir(), false),
            Map.of(),
            false
        );
    }

    private static CountDownLatch closeAtExit(Node node, StateFile state) {
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                state.delete();
                node.prepareForClose();
                node.close();
                node.awaitClose(CLOSING.toSeconds(), TimeUnit.SECONDS);
            } catch (Exception failure) {
                failure.printStackTrace();
            } finally {
                closed.countDown();
            }
        }, "hkall-shutdown"));
        return closed;
    }
}
