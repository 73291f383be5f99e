/**
 * Words for messages: the nearest known name, numbers of things, long texts cut to one line, quoted
 * names.
 *
 * <p>Imports Java alone.
 *
 * <p>A message is one line and shows what was given, however long or odd that is.
 */
package io.normact.text;
