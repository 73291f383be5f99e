/**
 * Statistics by key: the bytes of a key, an index that finds a key among many, and the mean and
 * variance of each feature within each key. Public for the compiler alone.
 *
 * <p>Imports Java and {@code math.exact}.
 *
 * <p>A key is the bytes of its columns, encoded so that bytes compare as the values do. Code that
 * compares or finds keys need not know their types.
 */
package io.normact.math.key;
