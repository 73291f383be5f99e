/**
 * The objectives that gamma, beta and slopes are learned by, and the search for their least. Public
 * for the compiler alone.
 *
 * <p>Imports Java and the packages of {@code math} below it.
 *
 * <p>An objective is a sum over blocks of rows; who adds the blocks up, a loop or a cluster, is not
 * its business.
 */
package io.normact.math.learn;
