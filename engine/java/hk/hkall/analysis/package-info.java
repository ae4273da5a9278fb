/**
 * Analysis components under the names of the official distribution, over Lucene's own classes.
 *
 * <p>The server comes as a package, its analysis modules and plugins do not. What exists here is listed
 * in {@code components.yaml}; a parity suite holds each to the official documentation.
 */
package hk.hkall.analysis;
