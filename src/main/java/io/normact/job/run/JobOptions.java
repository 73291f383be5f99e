package io.normact.job.run;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * What the command line says of a job besides its spec.
 *
 * @param command the command
 * @param specFiles the files that the spec was read from, which are not to be replaced
 * @param summary file for what the job says, in JSON
 * @param log what is logged to
 * @param failOn what is to end with exit status 3, in the words of the command line
 * @param batchId number of the batch that {@code update} takes in
 * @param progress who is told how passes and learning go on
 */
public record JobOptions(
    String command,
    List<String> specFiles,
    Optional<String> summary,
    Optional<JobLog> log,
    List<String> failOn,
    Optional<Long> batchId,
    Optional<PrintStream> progress) {}
