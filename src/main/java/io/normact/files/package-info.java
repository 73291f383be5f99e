/**
 * Files and folders that are written whole or not at all. Public for the compiler alone.
 *
 * <p>Imports Java and Hadoop's file systems.
 *
 * <p>What was there stays there until what takes its place is complete.
 */
package io.normact.files;
