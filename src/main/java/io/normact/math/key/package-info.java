/**
 * Statistics by key: what a key's bytes are, where a key stands among many, and the mean and
 * variance of each feature within each key. Public for the compiler alone.
 *
 * <p>Imports Java and {@code math.exact}.
 *
 * <p>A key is the bytes of its columns in an order of bytes that is that of the values, so that
 * nobody who compares or finds keys has to know their types.
 */
package io.normact.math.key;
