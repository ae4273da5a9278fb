package hk.hkall.node.http;

import hk.hkall.node.Activity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.http.HttpRouteStats;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.rest.RestChannel;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;

/**
 * Lets through what carries {@code Authorization: ApiKey SECRET} and answers 401 to the rest: a port
 * of the loopback is open to every user of the machine, the secret's file only to its owner.
 */
final class SecretDispatcher implements HttpServerTransport.Dispatcher {
    private static final String REFUSAL = """
        {"error": {"type": "security_exception", "reason": "this node answers only who knows its secret"},\
         "status": 401}""";

    private final HttpServerTransport.Dispatcher next;
    private final byte[] expected;

    SecretDispatcher(HttpServerTransport.Dispatcher next, String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("the node's secret is empty");
        }
        this.next = next;
        this.expected = ("ApiKey " + secret).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void dispatchRequest(RestRequest request, RestChannel channel, ThreadContext threadContext) {
        if (knowsSecret(request)) {
            Activity.touch();
            next.dispatchRequest(request, channel, threadContext);
        } else {
            refuse(request, channel);
        }
    }

    @Override
    public void dispatchBadRequest(RestChannel channel, ThreadContext threadContext, Throwable cause) {
        next.dispatchBadRequest(channel, threadContext, cause);
    }

    @Override
    public Map<String, HttpRouteStats> getStats() {
        return next.getStats();
    }

    private boolean knowsSecret(RestRequest request) {
        String given = request.header("Authorization");
        // constant time: how long a wrong guess takes must not tell how much of it was right
        return given != null && MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8));
    }

    private static void refuse(RestRequest request, RestChannel channel) {
        RestResponse response = new RestResponse(RestStatus.UNAUTHORIZED, "application/json", REFUSAL);
        response.addHeader("WWW-Authenticate", "ApiKey");
        channel.sendResponse(response);
    }
}
