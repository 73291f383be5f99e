/** Saved stages, applied in plain Java to the bits that they give in Spark. */
package io.normact.scoring;
