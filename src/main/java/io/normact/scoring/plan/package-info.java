/**
 * Saved stages as steps over a row of numbers. Public for the compiler alone: what users call is in
 * {@link io.normact.scoring}.
 */
package io.normact.scoring.plan;
