/**
 * Loops over arrays of doubles, in vector registers where the JVM has them and plain where not,
 * with the same bits. Public for the compiler alone.
 *
 * <p>Imports Java and, in one class, the vector module.
 *
 * <p>A loop is one method of {@code Simd} behind a call that the compiler does not look through,
 * see {@link io.normact.math.array.VectorLoop}.
 */
package io.normact.math.array;
