/**
 * Words for messages: the nearest name to a misspelt one, and long texts cut for one line; and
 * quotes in names.
 *
 * <p>Imports Java alone.
 *
 * <p>A message is one line and shows what was given, however long or odd that is.
 */
package io.normact.text;
