/**
 * The class path side of the embedded node: it starts the node, says when it is ready, and stops it
 * when nobody has asked it anything for a while.
 */
package hk.hkall.node;
