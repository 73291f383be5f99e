/**
 * Loops over arrays of doubles, in vector registers where the JVM offers them, else plain. Both
 * give the same bits. Public for the compiler alone.
 *
 * <p>Imports Java and, in one class, the vector module.
 *
 * <p>A vector loop is one method of {@code Simd}. The JVM's compiler must not inline the call to
 * it: see {@link io.normact.math.array.VectorLoop}.
 */
package io.normact.math.array;
