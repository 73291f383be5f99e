package io.normact.job.run;

/** The file that a job is logged to. Its lines are held back until it is known where it lies. */
public interface JobLog {

  /** Whether it has not begun yet. */
  boolean isHeld();

  /** The file, on this machine. */
  String file();

  /**
   * Writes the lines so far, and all that follow: the file lies apart from what the job reads and
   * writes.
   *
   * @throws io.normact.job.spec.SpecException if it can't be written
   */
  void begin();
}
