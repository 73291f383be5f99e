package io.normact.ml;

import io.normact.scoring.plan.SavedStage;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The version of the format in which a stage is saved. It is a param like the rest of a stage's
 * state, so that Spark writes it with them; {@link StageReader} looks at it before it reads
 * anything else.
 */
final class FormatVersion {
  static final String NAME = "formatVersion";
  static final int CURRENT = SavedStage.NEWEST_FORMAT;

  private FormatVersion() {}

  /** Has a stage that was loaded saved in the present format, whichever it came in. */
  static void renew(Params stage) {
    Param<Object> version = stage.getParam(NAME);
    stage.clear(version);
    stage.setDefault(version, CURRENT);
  }

  static IntParam param(Params stage) {
    return new IntParam(stage, NAME, "version of the format in which this stage is saved");
  }
}
