/**
 * What a saved stage does to a row of numbers, as steps. Public for the compiler alone: what users
 * call is in {@link io.normact.scoring}.
 *
 * <p>Imports {@code math}, {@code math.row}, {@code math.key}, {@code math.exact} and {@code text}.
 *
 * <p>A stage's folder is read strictly. An unknown param, format or class is an error, since a step
 * left out would silently give other numbers.
 */
package io.normact.scoring.plan;
