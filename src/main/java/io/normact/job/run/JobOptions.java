package io.normact.job.run;

import java.util.List;
import java.util.Optional;

/**
 * What the command line says of a job besides its spec.
 *
 * @param command the command
 * @param summary file for what the job says, in JSON
 * @param failOn what is to end with exit status 3, in the words of the command line
 * @param batchId number of the batch that {@code update} takes in
 */
public record JobOptions(
    String command, Optional<String> summary, List<String> failOn, Optional<Long> batchId) {}
