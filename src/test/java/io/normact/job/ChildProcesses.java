package io.normact.job;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The processes that tests started; none outlives the tests' JVM, nor do their children. */
final class ChildProcesses {

  private static final Set<ProcessHandle> STARTED = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> STARTED.forEach(ChildProcesses::kill)));
  }

  private ChildProcesses() {}

  static void add(ProcessHandle process) {
    STARTED.add(process);
  }

  /** Sends SIGKILL to a process, and then to those it had started. */
  static void kill(ProcessHandle process) {
    // They are no descendants any more once it is gone.
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
    STARTED.remove(process);
  }
}
