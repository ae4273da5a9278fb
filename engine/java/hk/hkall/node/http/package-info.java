/**
 * The module transport-netty4 of the embedded node: Elasticsearch's own HTTP transport behind the
 * home's secret, and the answer to {@code GET /}.
 */
package hk.hkall.node.http;
