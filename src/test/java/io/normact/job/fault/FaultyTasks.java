package io.normact.job.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A Spark plugin that makes chosen tasks go wrong at a known moment, on whatever executor they run.
 * Each fault leaves a file behind, with the executor's process id in it for each time, so that a
 * test knows that it did happen.
 */
public final class FaultyTasks implements SparkPlugin {

  /** The folder of the files. */
  public static final String FOLDER = "spark.normact.faults.folder";

  /** Which fault the first partition of a stage meets: this, a point, and the stage's number. */
  public static final String STAGE = "spark.normact.faults.stage.";

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  /** What can go wrong with a task. */
  public enum Fault {
    /** Its executor gets SIGKILL when it starts, the first time. */
    KILL {
      @Override
      void strike(TaskContext task) throws IOException, InterruptedException {
        OwnProcess.kill();
      }
    },

    /** Its executor gets SIGKILL when it starts, every time. */
    KILL_ALWAYS {
      @Override
      void strike(TaskContext task) throws IOException, InterruptedException {
        OwnProcess.kill();
      }
    },

    /** It fails when all its work is done, the first time. */
    FAIL {
      @Override
      void strike(TaskContext task) {
        failAtTheEnd(task);
      }
    },

    /** It fails when all its work is done, every time. */
    FAIL_ALWAYS {
      @Override
      void strike(TaskContext task) {
        failAtTheEnd(task);
      }
    },

    /** Its first attempt does not end until it is interrupted or its executor is killed. */
    HOLD {
      @Override
      void strike(TaskContext task) throws InterruptedException {
        Thread.sleep(LONGEST_WAIT.toMillis());
        throw new IllegalStateException("Nobody stopped this task.");
      }
    };

    abstract void strike(TaskContext task) throws IOException, InterruptedException;

    private static void failAtTheEnd(TaskContext task) {
      TaskCompletionListener fail =
          context -> {
            throw new IllegalStateException("This task was to fail.");
          };
      task.addTaskCompletionListener(fail);
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      private SparkConf conf;

      @Override
      public void init(PluginContext context, Map<String, String> extra) {
        conf = context.conf();
      }

      @Override
      public void onTaskStart() {
        TaskContext task = TaskContext.get();
        String name = conf.get(STAGE + task.stageId(), "");
        if (name.isEmpty() || task.partitionId() != 0) {
          return;
        }
        Fault fault = Fault.valueOf(name);
        boolean first = task.attemptNumber() == 0 && task.stageAttemptNumber() == 0;
        if (first || fault == Fault.FAIL_ALWAYS || fault == Fault.KILL_ALWAYS) {
          meet(fault, task, Path.of(conf.get(FOLDER)));
        }
      }
    };
  }

  private static void meet(Fault fault, TaskContext task, Path folder) {
    Path file = folder.resolve(String.format(Locale.ROOT, "%s-%d", fault, task.stageId()));
    try {
      Files.writeString(
          file,
          ProcessHandle.current().pid() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      fault.strike(task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
