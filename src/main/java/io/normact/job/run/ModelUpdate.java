package io.normact.job.run;

import io.normact.job.spec.SpecException;
import io.normact.ml.BatchNormModel;
import io.normact.text.Counted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A fitted pipeline that has taken in one more batch. Each normalisation sees the batch as the
 * stages before it, once they are updated, leave it; other stages stay as they are.
 *
 * @param model the pipeline
 * @param changed whether the batch was not in it already
 * @param rows the new rows that normalisations have taken in, at most
 * @param sentences what became of each normalisation
 */
record ModelUpdate(PipelineModel model, boolean changed, long rows, List<String> sentences) {

  /**
   * Updates a pipeline.
   *
   * @param pipeline what takes the batch in
   * @param saved the same as it was saved, which says what is to become of invalid values later
   * @param batchId number of the batch, which grows from batch to batch; one that is not above the
   *     last changes nothing
   * @param path where the pipeline was saved, for messages
   * @throws SpecException if it has no normalisation, or one can't go on
   */
  static ModelUpdate of(
      PipelineModel pipeline,
      PipelineModel saved,
      Dataset<Row> batch,
      Optional<Long> batchId,
      String path) {
    List<PipelineStage> stages = new ArrayList<>();
    List<String> sentences = new ArrayList<>();
    boolean changed = false;
    boolean any = false;
    long rows = 0;
    Dataset<Row> reached = batch;
    for (int i = 0; i < pipeline.stages().length; i++) {
      Transformer stage = pipeline.stages()[i];
      Transformer next = stage;
      if (stage instanceof BatchNormModel old) {
        any = true;
        BatchNormModel updated = update(old, reached, batchId);
        changed |= updated != old;
        rows = Math.max(rows, rowsAdded(old, updated));
        sentences.add(sentence(old, updated, batchId));
        next = updated;
      }
      reached = next.transform(reached);
      stages.add(asSaved(next, saved.stages()[i]));
    }
    if (!any) {
      throw SpecException.of(
          "Key 'model' is '%s', which has no batchNorm that could be updated.", path);
    }
    PipelineModel updated =
        new Pipeline(pipeline.uid()).setStages(stages.toArray(new PipelineStage[0])).fit(batch);
    return new ModelUpdate(updated, changed, rows, sentences);
  }

  private static BatchNormModel update(
      BatchNormModel model, Dataset<Row> batch, Optional<Long> batchId) {
    return batchId.isPresent() ? model.update(batch, batchId.get()) : model.update(batch);
  }

  private static Transformer asSaved(Transformer updated, Transformer saved) {
    return updated instanceof BatchNormModel model && saved instanceof BatchNormModel before
        ? model.copy(ParamMap.empty()).setHandleInvalid(before.getHandleInvalid())
        : updated;
  }

  private static String sentence(
      BatchNormModel old, BatchNormModel updated, Optional<Long> batchId) {
    return updated == old
        ? String.format(
            Locale.ROOT,
            "Batch %d or a later one is in the model already; it stays as it is.",
            batchId.orElseThrow())
        : String.format(
            Locale.ROOT,
            "Updated batchNorm: %s on %s, %s of them new%s.",
            Counted.of(updated.mean().size(), "feature"),
            Counted.of(updated.summary().rows(), "row"),
            Counted.of(rowsAdded(old, updated), "row"),
            updated.getKeyCols().length == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    "; %s, %d of them new",
                    Counted.of(updated.summary().keys(), "key"),
                    updated.summary().keys() - old.summary().keys()));
  }

  private static long rowsAdded(BatchNormModel old, BatchNormModel updated) {
    return updated.summary().rows() - old.summary().rows();
  }
}
