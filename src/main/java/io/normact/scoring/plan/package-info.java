/**
 * What a saved stage does to a row of numbers, as steps. Public for the compiler alone: what users
 * call is in {@link io.normact.scoring}.
 *
 * <p>Imports the packages of {@code math}.
 *
 * <p>A folder of a stage is read strictly: a param, a format or a class that is not known is an
 * error, since a step left out would give other numbers in silence.
 */
package io.normact.scoring.plan;
