# Generated from the Java sources by PythonSourcesTest, which also says how; not to be edited.
from typing import List, Optional, TypeVar

from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters

from normact._wrapper import Stage


class FeatureColumns(Stage):
    """Columns of a stage."""

    inputCol: Param[str] = Param(
        Params._dummy(),
        "inputCol",
        "input column",
        typeConverter=TypeConverters.toString,
    )
    inputCols: Param[List[str]] = Param(
        Params._dummy(),
        "inputCols",
        "input columns",
        typeConverter=TypeConverters.toListString,
    )
    outputCol: Param[str] = Param(
        Params._dummy(),
        "outputCol",
        "output column",
        typeConverter=TypeConverters.toString,
    )
    outputCols: Param[List[str]] = Param(
        Params._dummy(),
        "outputCols",
        "output columns, one an input column",
        typeConverter=TypeConverters.toListString,
    )

    def getInputCol(self) -> str:
        """The value of `inputCol`: input column."""
        return self.getOrDefault(self.inputCol)

    def getInputCols(self) -> List[str]:
        """The value of `inputCols`: input columns."""
        return self.getOrDefault(self.inputCols)

    def getOutputCol(self) -> str:
        """The value of `outputCol`: output column."""
        return self.getOrDefault(self.outputCol)

    def getOutputCols(self) -> List[str]:
        """The value of `outputCols`: output columns, one an input column."""
        return self.getOrDefault(self.outputCols)

    def setInputCol(self: "_FeatureColumns", value: str) -> "_FeatureColumns":
        """Sets `inputCol`: input column."""
        return self._set(inputCol=value)

    def setInputCols(self: "_FeatureColumns", value: List[str]) -> "_FeatureColumns":
        """Sets `inputCols`: input columns."""
        return self._set(inputCols=value)

    def setOutputCol(self: "_FeatureColumns", value: str) -> "_FeatureColumns":
        """Sets `outputCol`: output column."""
        return self._set(outputCol=value)

    def setOutputCols(self: "_FeatureColumns", value: List[str]) -> "_FeatureColumns":
        """Sets `outputCols`: output columns, one an input column."""
        return self._set(outputCols=value)


_FeatureColumns = TypeVar("_FeatureColumns", bound=FeatureColumns)


class BatchNormParams(FeatureColumns):
    """Params that BatchNorm and BatchNormModel share."""

    activation: Param[str] = Param(
        Params._dummy(),
        "activation",
        "activation function applied after gamma * x + beta",
        typeConverter=TypeConverters.toString,
    )
    aggregationDepth: Param[int] = Param(
        Params._dummy(),
        "aggregationDepth",
        "depth of the merge tree",
        typeConverter=TypeConverters.toInt,
    )
    clip: Param[float] = Param(
        Params._dummy(),
        "clip",
        "how many standard deviations from the mean a value may be before it is clipped; with keyCols mean and standard deviation are those of the row's key",
        typeConverter=TypeConverters.toFloat,
    )
    epsilon: Param[float] = Param(
        Params._dummy(),
        "epsilon",
        "added to the variance",
        typeConverter=TypeConverters.toFloat,
    )
    handleInvalid: Param[str] = Param(
        Params._dummy(),
        "handleInvalid",
        "what happens to null, NaN and infinity: error, skip (drop the row), keep (leave them out of the statistics and pass them through), mean (leave them out of the statistics and count them as the mean, with keyCols as that of the row's key)",
        typeConverter=TypeConverters.toString,
    )
    histogram: Param[bool] = Param(
        Params._dummy(),
        "histogram",
        "whether the model keeps a histogram of each feature, with which drift is measured",
        typeConverter=TypeConverters.toBoolean,
    )
    invalidIndicator: Param[bool] = Param(
        Params._dummy(),
        "invalidIndicator",
        "whether to add a column <input>_invalid that is 1 where a value is null, NaN or infinite, or counts as such by unknownKey, else 0",
        typeConverter=TypeConverters.toBoolean,
    )
    keyCols: Param[List[str]] = Param(
        Params._dummy(),
        "keyCols",
        "columns such as store: each feature is normalised by the mean and variance of the rows that have the same values in these columns; without keyCols by those of all rows",
        typeConverter=TypeConverters.toListString,
    )
    labelCol: Param[str] = Param(
        Params._dummy(),
        "labelCol",
        "label column for supervised learning",
        typeConverter=TypeConverters.toString,
    )
    learn: Param[str] = Param(
        Params._dummy(),
        "learn",
        "where gamma and beta come from: none, infomax, supervised",
        typeConverter=TypeConverters.toString,
    )
    loss: Param[str] = Param(
        Params._dummy(),
        "loss",
        "loss of supervised learning: auto, logistic, softmax, squared",
        typeConverter=TypeConverters.toString,
    )
    maxBroadcastInMB: Param[int] = Param(
        Params._dummy(),
        "maxBroadcastInMB",
        "with keyCols: up to so many megabytes the table of keys is sent to each executor; a larger one is joined to the rows, which shuffles them",
        typeConverter=TypeConverters.toInt,
    )
    maxIter: Param[int] = Param(
        Params._dummy(),
        "maxIter",
        "largest number of iterations",
        typeConverter=TypeConverters.toInt,
    )
    minCount: Param[int] = Param(
        Params._dummy(),
        "minCount",
        "with keyCols: a key in which the fit saw fewer valid values of a feature is normalised by the feature's mean and variance over all rows",
        typeConverter=TypeConverters.toInt,
    )
    momentum: Param[float] = Param(
        Params._dummy(),
        "momentum",
        "weight of a new batch in update, above 0 to 1 as in torch; 0 for cumulative statistics, which torch calls None",
        typeConverter=TypeConverters.toFloat,
    )
    regParam: Param[float] = Param(
        Params._dummy(),
        "regParam",
        "weight of the penalty",
        typeConverter=TypeConverters.toFloat,
    )
    shrinkage: Param[float] = Param(
        Params._dummy(),
        "shrinkage",
        "with keyCols: draws a key's mean and variance towards those of all rows, the more the fewer rows the key has; 10 does it as if the key had 10 rows more, which are like all rows on average; 0 takes the key's own as they are",
        typeConverter=TypeConverters.toFloat,
    )
    tol: Param[float] = Param(
        Params._dummy(),
        "tol",
        "convergence tolerance",
        typeConverter=TypeConverters.toFloat,
    )
    unknownKey: Param[str] = Param(
        Params._dummy(),
        "unknownKey",
        "with keyCols: what happens to a row whose key the fit did not see: global (it is normalised by the mean and variance of all rows), error (the job ends and names the key), invalid (all its features count as invalid, so that handleInvalid decides)",
        typeConverter=TypeConverters.toString,
    )
    weightCol: Param[str] = Param(
        Params._dummy(),
        "weightCol",
        "column of row weights",
        typeConverter=TypeConverters.toString,
    )
    withMean: Param[bool] = Param(
        Params._dummy(),
        "withMean",
        "whether to subtract the mean",
        typeConverter=TypeConverters.toBoolean,
    )
    withStd: Param[bool] = Param(
        Params._dummy(),
        "withStd",
        "whether to divide by sqrt(variance + epsilon)",
        typeConverter=TypeConverters.toBoolean,
    )

    def getActivation(self) -> str:
        """The value of `activation`: activation function applied after gamma * x + beta."""
        return self.getOrDefault(self.activation)

    def getAggregationDepth(self) -> int:
        """The value of `aggregationDepth`: depth of the merge tree."""
        return self.getOrDefault(self.aggregationDepth)

    def getClip(self) -> float:
        """The value of `clip`: how many standard deviations from the mean a value may be before it is clipped; with keyCols mean and standard deviation are those of the row's key."""
        return self.getOrDefault(self.clip)

    def getEpsilon(self) -> float:
        """The value of `epsilon`: added to the variance."""
        return self.getOrDefault(self.epsilon)

    def getHandleInvalid(self) -> str:
        """The value of `handleInvalid`: what happens to null, NaN and infinity: error, skip (drop the row), keep (leave them out of the statistics and pass them through), mean (leave them out of the statistics and count them as the mean, with keyCols as that of the row's key)."""
        return self.getOrDefault(self.handleInvalid)

    def getHistogram(self) -> bool:
        """The value of `histogram`: whether the model keeps a histogram of each feature, with which drift is measured."""
        return self.getOrDefault(self.histogram)

    def getInvalidIndicator(self) -> bool:
        """The value of `invalidIndicator`: whether to add a column <input>_invalid that is 1 where a value is null, NaN or infinite, or counts as such by unknownKey, else 0."""
        return self.getOrDefault(self.invalidIndicator)

    def getKeyCols(self) -> List[str]:
        """The value of `keyCols`: columns such as store: each feature is normalised by the mean and variance of the rows that have the same values in these columns; without keyCols by those of all rows."""
        return self.getOrDefault(self.keyCols)

    def getLabelCol(self) -> str:
        """The value of `labelCol`: label column for supervised learning."""
        return self.getOrDefault(self.labelCol)

    def getLearn(self) -> str:
        """The value of `learn`: where gamma and beta come from: none, infomax, supervised."""
        return self.getOrDefault(self.learn)

    def getLoss(self) -> str:
        """The value of `loss`: loss of supervised learning: auto, logistic, softmax, squared."""
        return self.getOrDefault(self.loss)

    def getMaxBroadcastInMB(self) -> int:
        """The value of `maxBroadcastInMB`: with keyCols: up to so many megabytes the table of keys is sent to each executor; a larger one is joined to the rows, which shuffles them."""
        return self.getOrDefault(self.maxBroadcastInMB)

    def getMaxIter(self) -> int:
        """The value of `maxIter`: largest number of iterations."""
        return self.getOrDefault(self.maxIter)

    def getMinCount(self) -> int:
        """The value of `minCount`: with keyCols: a key in which the fit saw fewer valid values of a feature is normalised by the feature's mean and variance over all rows."""
        return self.getOrDefault(self.minCount)

    def getMomentum(self) -> float:
        """The value of `momentum`: weight of a new batch in update, above 0 to 1 as in torch; 0 for cumulative statistics, which torch calls None."""
        return self.getOrDefault(self.momentum)

    def getRegParam(self) -> float:
        """The value of `regParam`: weight of the penalty."""
        return self.getOrDefault(self.regParam)

    def getShrinkage(self) -> float:
        """The value of `shrinkage`: with keyCols: draws a key's mean and variance towards those of all rows, the more the fewer rows the key has; 10 does it as if the key had 10 rows more, which are like all rows on average; 0 takes the key's own as they are."""
        return self.getOrDefault(self.shrinkage)

    def getTol(self) -> float:
        """The value of `tol`: convergence tolerance."""
        return self.getOrDefault(self.tol)

    def getUnknownKey(self) -> str:
        """The value of `unknownKey`: with keyCols: what happens to a row whose key the fit did not see: global (it is normalised by the mean and variance of all rows), error (the job ends and names the key), invalid (all its features count as invalid, so that handleInvalid decides)."""
        return self.getOrDefault(self.unknownKey)

    def getWeightCol(self) -> str:
        """The value of `weightCol`: column of row weights."""
        return self.getOrDefault(self.weightCol)

    def getWithMean(self) -> bool:
        """The value of `withMean`: whether to subtract the mean."""
        return self.getOrDefault(self.withMean)

    def getWithStd(self) -> bool:
        """The value of `withStd`: whether to divide by sqrt(variance + epsilon)."""
        return self.getOrDefault(self.withStd)


_BatchNormParams = TypeVar("_BatchNormParams", bound=BatchNormParams)


class ActivationStage(FeatureColumns):
    """Params, setters and getters of io.normact.ml.Activation."""

    _java_class = "io.normact.ml.Activation"
    _defaults = {
        "output": "value",
    }

    function: Param[str] = Param(
        Params._dummy(),
        "function",
        "activation function of all columns, such as sigmoid or elu(alpha=0.5)",
        typeConverter=TypeConverters.toString,
    )
    functions: Param[List[str]] = Param(
        Params._dummy(),
        "functions",
        "activation functions, one a column",
        typeConverter=TypeConverters.toListString,
    )
    output: Param[str] = Param(
        Params._dummy(),
        "output",
        "what is written: value or slope (the derivative with respect to the input)",
        typeConverter=TypeConverters.toString,
    )

    @keyword_only
    def __init__(
        self,
        *,
        function: Optional[str] = None,
        functions: Optional[List[str]] = None,
        inputCol: Optional[str] = None,
        inputCols: Optional[List[str]] = None,
        output: Optional[str] = "value",
        outputCol: Optional[str] = None,
        outputCols: Optional[List[str]] = None,
    ) -> None:
        """
        A stage with these params; what is left out has its default.

        Parameters
        ----------
        function : str, optional
            Activation function of all columns, such as sigmoid or elu(alpha=0.5).
        functions : List[str], optional
            Activation functions, one a column.
        inputCol : str, optional
            Input column.
        inputCols : List[str], optional
            Input columns.
        output : str, default "value"
            What is written: value or slope (the derivative with respect to the input).
        outputCol : str, optional
            Output column.
        outputCols : List[str], optional
            Output columns, one an input column.
        """
        kwargs = self._input_kwargs
        super().__init__()
        self._start(kwargs)

    @keyword_only
    def setParams(
        self: "_ActivationStage",
        *,
        function: Optional[str] = None,
        functions: Optional[List[str]] = None,
        inputCol: Optional[str] = None,
        inputCols: Optional[List[str]] = None,
        output: Optional[str] = "value",
        outputCol: Optional[str] = None,
        outputCols: Optional[List[str]] = None,
    ) -> "_ActivationStage":
        """
        Sets the params that are given; the others stay as they are.

        Parameters
        ----------
        function : str, optional
            Activation function of all columns, such as sigmoid or elu(alpha=0.5).
        functions : List[str], optional
            Activation functions, one a column.
        inputCol : str, optional
            Input column.
        inputCols : List[str], optional
            Input columns.
        output : str, default "value"
            What is written: value or slope (the derivative with respect to the input).
        outputCol : str, optional
            Output column.
        outputCols : List[str], optional
            Output columns, one an input column.
        """
        return self._set_given(self._input_kwargs)

    def getFunction(self) -> str:
        """The value of `function`: activation function of all columns, such as sigmoid or elu(alpha=0.5)."""
        return self.getOrDefault(self.function)

    def getFunctions(self) -> List[str]:
        """The value of `functions`: activation functions, one a column."""
        return self.getOrDefault(self.functions)

    def getOutput(self) -> str:
        """The value of `output`: what is written: value or slope (the derivative with respect to the input)."""
        return self.getOrDefault(self.output)

    def setFunction(self: "_ActivationStage", value: str) -> "_ActivationStage":
        """Sets `function`: activation function of all columns, such as sigmoid or elu(alpha=0.5)."""
        return self._set(function=value)

    def setFunctions(self: "_ActivationStage", value: List[str]) -> "_ActivationStage":
        """Sets `functions`: activation functions, one a column."""
        return self._set(functions=value)

    def setOutput(self: "_ActivationStage", value: str) -> "_ActivationStage":
        """Sets `output`: what is written: value or slope (the derivative with respect to the input)."""
        return self._set(output=value)


_ActivationStage = TypeVar("_ActivationStage", bound=ActivationStage)


class BatchNormStage(BatchNormParams):
    """Params, setters and getters of io.normact.ml.BatchNorm."""

    _java_class = "io.normact.ml.BatchNorm"
    _defaults = {
        "activation": "identity",
        "aggregationDepth": 2,
        "epsilon": 1e-5,
        "handleInvalid": "error",
        "histogram": False,
        "invalidIndicator": False,
        "learn": "none",
        "loss": "auto",
        "maxBroadcastInMB": 256,
        "maxIter": 100,
        "minCount": 2,
        "momentum": 0.0,
        "regParam": 0.001,
        "shrinkage": 0.0,
        "tol": 1e-6,
        "unknownKey": "global",
        "withMean": True,
        "withStd": True,
    }

    beta: Param[List[float]] = Param(
        Params._dummy(),
        "beta",
        "shifts, one a feature",
        typeConverter=TypeConverters.toListFloat,
    )
    gamma: Param[List[float]] = Param(
        Params._dummy(),
        "gamma",
        "scales, one a feature",
        typeConverter=TypeConverters.toListFloat,
    )

    @keyword_only
    def __init__(
        self,
        *,
        activation: Optional[str] = "identity",
        aggregationDepth: Optional[int] = 2,
        beta: Optional[List[float]] = None,
        clip: Optional[float] = None,
        epsilon: Optional[float] = 1e-5,
        gamma: Optional[List[float]] = None,
        handleInvalid: Optional[str] = "error",
        histogram: Optional[bool] = False,
        inputCol: Optional[str] = None,
        inputCols: Optional[List[str]] = None,
        invalidIndicator: Optional[bool] = False,
        keyCols: Optional[List[str]] = None,
        labelCol: Optional[str] = None,
        learn: Optional[str] = "none",
        loss: Optional[str] = "auto",
        maxBroadcastInMB: Optional[int] = 256,
        maxIter: Optional[int] = 100,
        minCount: Optional[int] = 2,
        momentum: Optional[float] = 0.0,
        outputCol: Optional[str] = None,
        outputCols: Optional[List[str]] = None,
        regParam: Optional[float] = 0.001,
        shrinkage: Optional[float] = 0.0,
        tol: Optional[float] = 1e-6,
        unknownKey: Optional[str] = "global",
        weightCol: Optional[str] = None,
        withMean: Optional[bool] = True,
        withStd: Optional[bool] = True,
    ) -> None:
        """
        A stage with these params; what is left out has its default.

        Parameters
        ----------
        activation : str, default "identity"
            Activation function applied after gamma * x + beta.
        aggregationDepth : int, default 2
            Depth of the merge tree.
        beta : List[float], optional
            Shifts, one a feature.
        clip : float, optional
            How many standard deviations from the mean a value may be before it is clipped; with keyCols mean and standard deviation are those of the row's key.
        epsilon : float, default 1e-5
            Added to the variance.
        gamma : List[float], optional
            Scales, one a feature.
        handleInvalid : str, default "error"
            What happens to null, NaN and infinity: error, skip (drop the row), keep (leave them out of the statistics and pass them through), mean (leave them out of the statistics and count them as the mean, with keyCols as that of the row's key).
        histogram : bool, default False
            Whether the model keeps a histogram of each feature, with which drift is measured.
        inputCol : str, optional
            Input column.
        inputCols : List[str], optional
            Input columns.
        invalidIndicator : bool, default False
            Whether to add a column <input>_invalid that is 1 where a value is null, NaN or infinite, or counts as such by unknownKey, else 0.
        keyCols : List[str], optional
            Columns such as store: each feature is normalised by the mean and variance of the rows that have the same values in these columns; without keyCols by those of all rows.
        labelCol : str, optional
            Label column for supervised learning.
        learn : str, default "none"
            Where gamma and beta come from: none, infomax, supervised.
        loss : str, default "auto"
            Loss of supervised learning: auto, logistic, softmax, squared.
        maxBroadcastInMB : int, default 256
            With keyCols: up to so many megabytes the table of keys is sent to each executor; a larger one is joined to the rows, which shuffles them.
        maxIter : int, default 100
            Largest number of iterations.
        minCount : int, default 2
            With keyCols: a key in which the fit saw fewer valid values of a feature is normalised by the feature's mean and variance over all rows.
        momentum : float, default 0.0
            Weight of a new batch in update, above 0 to 1 as in torch; 0 for cumulative statistics, which torch calls None.
        outputCol : str, optional
            Output column.
        outputCols : List[str], optional
            Output columns, one an input column.
        regParam : float, default 0.001
            Weight of the penalty.
        shrinkage : float, default 0.0
            With keyCols: draws a key's mean and variance towards those of all rows, the more the fewer rows the key has; 10 does it as if the key had 10 rows more, which are like all rows on average; 0 takes the key's own as they are.
        tol : float, default 1e-6
            Convergence tolerance.
        unknownKey : str, default "global"
            With keyCols: what happens to a row whose key the fit did not see: global (it is normalised by the mean and variance of all rows), error (the job ends and names the key), invalid (all its features count as invalid, so that handleInvalid decides).
        weightCol : str, optional
            Column of row weights.
        withMean : bool, default True
            Whether to subtract the mean.
        withStd : bool, default True
            Whether to divide by sqrt(variance + epsilon).
        """
        kwargs = self._input_kwargs
        super().__init__()
        self._start(kwargs)

    @keyword_only
    def setParams(
        self: "_BatchNormStage",
        *,
        activation: Optional[str] = "identity",
        aggregationDepth: Optional[int] = 2,
        beta: Optional[List[float]] = None,
        clip: Optional[float] = None,
        epsilon: Optional[float] = 1e-5,
        gamma: Optional[List[float]] = None,
        handleInvalid: Optional[str] = "error",
        histogram: Optional[bool] = False,
        inputCol: Optional[str] = None,
        inputCols: Optional[List[str]] = None,
        invalidIndicator: Optional[bool] = False,
        keyCols: Optional[List[str]] = None,
        labelCol: Optional[str] = None,
        learn: Optional[str] = "none",
        loss: Optional[str] = "auto",
        maxBroadcastInMB: Optional[int] = 256,
        maxIter: Optional[int] = 100,
        minCount: Optional[int] = 2,
        momentum: Optional[float] = 0.0,
        outputCol: Optional[str] = None,
        outputCols: Optional[List[str]] = None,
        regParam: Optional[float] = 0.001,
        shrinkage: Optional[float] = 0.0,
        tol: Optional[float] = 1e-6,
        unknownKey: Optional[str] = "global",
        weightCol: Optional[str] = None,
        withMean: Optional[bool] = True,
        withStd: Optional[bool] = True,
    ) -> "_BatchNormStage":
        """
        Sets the params that are given; the others stay as they are.

        Parameters
        ----------
        activation : str, default "identity"
            Activation function applied after gamma * x + beta.
        aggregationDepth : int, default 2
            Depth of the merge tree.
        beta : List[float], optional
            Shifts, one a feature.
        clip : float, optional
            How many standard deviations from the mean a value may be before it is clipped; with keyCols mean and standard deviation are those of the row's key.
        epsilon : float, default 1e-5
            Added to the variance.
        gamma : List[float], optional
            Scales, one a feature.
        handleInvalid : str, default "error"
            What happens to null, NaN and infinity: error, skip (drop the row), keep (leave them out of the statistics and pass them through), mean (leave them out of the statistics and count them as the mean, with keyCols as that of the row's key).
        histogram : bool, default False
            Whether the model keeps a histogram of each feature, with which drift is measured.
        inputCol : str, optional
            Input column.
        inputCols : List[str], optional
            Input columns.
        invalidIndicator : bool, default False
            Whether to add a column <input>_invalid that is 1 where a value is null, NaN or infinite, or counts as such by unknownKey, else 0.
        keyCols : List[str], optional
            Columns such as store: each feature is normalised by the mean and variance of the rows that have the same values in these columns; without keyCols by those of all rows.
        labelCol : str, optional
            Label column for supervised learning.
        learn : str, default "none"
            Where gamma and beta come from: none, infomax, supervised.
        loss : str, default "auto"
            Loss of supervised learning: auto, logistic, softmax, squared.
        maxBroadcastInMB : int, default 256
            With keyCols: up to so many megabytes the table of keys is sent to each executor; a larger one is joined to the rows, which shuffles them.
        maxIter : int, default 100
            Largest number of iterations.
        minCount : int, default 2
            With keyCols: a key in which the fit saw fewer valid values of a feature is normalised by the feature's mean and variance over all rows.
        momentum : float, default 0.0
            Weight of a new batch in update, above 0 to 1 as in torch; 0 for cumulative statistics, which torch calls None.
        outputCol : str, optional
            Output column.
        outputCols : List[str], optional
            Output columns, one an input column.
        regParam : float, default 0.001
            Weight of the penalty.
        shrinkage : float, default 0.0
            With keyCols: draws a key's mean and variance towards those of all rows, the more the fewer rows the key has; 10 does it as if the key had 10 rows more, which are like all rows on average; 0 takes the key's own as they are.
        tol : float, default 1e-6
            Convergence tolerance.
        unknownKey : str, default "global"
            With keyCols: what happens to a row whose key the fit did not see: global (it is normalised by the mean and variance of all rows), error (the job ends and names the key), invalid (all its features count as invalid, so that handleInvalid decides).
        weightCol : str, optional
            Column of row weights.
        withMean : bool, default True
            Whether to subtract the mean.
        withStd : bool, default True
            Whether to divide by sqrt(variance + epsilon).
        """
        return self._set_given(self._input_kwargs)

    def getBeta(self) -> List[float]:
        """The value of `beta`: shifts, one a feature."""
        return self.getOrDefault(self.beta)

    def getGamma(self) -> List[float]:
        """The value of `gamma`: scales, one a feature."""
        return self.getOrDefault(self.gamma)

    def setActivation(self: "_BatchNormStage", value: str) -> "_BatchNormStage":
        """Sets `activation`: activation function applied after gamma * x + beta."""
        return self._set(activation=value)

    def setAggregationDepth(self: "_BatchNormStage", value: int) -> "_BatchNormStage":
        """Sets `aggregationDepth`: depth of the merge tree."""
        return self._set(aggregationDepth=value)

    def setBeta(self: "_BatchNormStage", value: List[float]) -> "_BatchNormStage":
        """Sets `beta`: shifts, one a feature."""
        return self._set(beta=value)

    def setClip(self: "_BatchNormStage", value: float) -> "_BatchNormStage":
        """Sets `clip`: how many standard deviations from the mean a value may be before it is clipped; with keyCols mean and standard deviation are those of the row's key."""
        return self._set(clip=value)

    def setEpsilon(self: "_BatchNormStage", value: float) -> "_BatchNormStage":
        """Sets `epsilon`: added to the variance."""
        return self._set(epsilon=value)

    def setGamma(self: "_BatchNormStage", value: List[float]) -> "_BatchNormStage":
        """Sets `gamma`: scales, one a feature."""
        return self._set(gamma=value)

    def setHandleInvalid(self: "_BatchNormStage", value: str) -> "_BatchNormStage":
        """Sets `handleInvalid`: what happens to null, NaN and infinity: error, skip (drop the row), keep (leave them out of the statistics and pass them through), mean (leave them out of the statistics and count them as the mean, with keyCols as that of the row's key)."""
        return self._set(handleInvalid=value)

    def setHistogram(self: "_BatchNormStage", value: bool) -> "_BatchNormStage":
        """Sets `histogram`: whether the model keeps a histogram of each feature, with which drift is measured."""
        return self._set(histogram=value)

    def setInvalidIndicator(self: "_BatchNormStage", value: bool) -> "_BatchNormStage":
        """Sets `invalidIndicator`: whether to add a column <input>_invalid that is 1 where a value is null, NaN or infinite, or counts as such by unknownKey, else 0."""
        return self._set(invalidIndicator=value)

    def setKeyCols(self: "_BatchNormStage", value: List[str]) -> "_BatchNormStage":
        """Sets `keyCols`: columns such as store: each feature is normalised by the mean and variance of the rows that have the same values in these columns; without keyCols by those of all rows."""
        return self._set(keyCols=value)

    def setLabelCol(self: "_BatchNormStage", value: str) -> "_BatchNormStage":
        """Sets `labelCol`: label column for supervised learning."""
        return self._set(labelCol=value)

    def setLearn(self: "_BatchNormStage", value: str) -> "_BatchNormStage":
        """Sets `learn`: where gamma and beta come from: none, infomax, supervised."""
        return self._set(learn=value)

    def setLoss(self: "_BatchNormStage", value: str) -> "_BatchNormStage":
        """Sets `loss`: loss of supervised learning: auto, logistic, softmax, squared."""
        return self._set(loss=value)

    def setMaxBroadcastInMB(self: "_BatchNormStage", value: int) -> "_BatchNormStage":
        """Sets `maxBroadcastInMB`: with keyCols: up to so many megabytes the table of keys is sent to each executor; a larger one is joined to the rows, which shuffles them."""
        return self._set(maxBroadcastInMB=value)

    def setMaxIter(self: "_BatchNormStage", value: int) -> "_BatchNormStage":
        """Sets `maxIter`: largest number of iterations."""
        return self._set(maxIter=value)

    def setMinCount(self: "_BatchNormStage", value: int) -> "_BatchNormStage":
        """Sets `minCount`: with keyCols: a key in which the fit saw fewer valid values of a feature is normalised by the feature's mean and variance over all rows."""
        return self._set(minCount=value)

    def setMomentum(self: "_BatchNormStage", value: float) -> "_BatchNormStage":
        """Sets `momentum`: weight of a new batch in update, above 0 to 1 as in torch; 0 for cumulative statistics, which torch calls None."""
        return self._set(momentum=value)

    def setRegParam(self: "_BatchNormStage", value: float) -> "_BatchNormStage":
        """Sets `regParam`: weight of the penalty."""
        return self._set(regParam=value)

    def setShrinkage(self: "_BatchNormStage", value: float) -> "_BatchNormStage":
        """Sets `shrinkage`: with keyCols: draws a key's mean and variance towards those of all rows, the more the fewer rows the key has; 10 does it as if the key had 10 rows more, which are like all rows on average; 0 takes the key's own as they are."""
        return self._set(shrinkage=value)

    def setTol(self: "_BatchNormStage", value: float) -> "_BatchNormStage":
        """Sets `tol`: convergence tolerance."""
        return self._set(tol=value)

    def setUnknownKey(self: "_BatchNormStage", value: str) -> "_BatchNormStage":
        """Sets `unknownKey`: with keyCols: what happens to a row whose key the fit did not see: global (it is normalised by the mean and variance of all rows), error (the job ends and names the key), invalid (all its features count as invalid, so that handleInvalid decides)."""
        return self._set(unknownKey=value)

    def setWeightCol(self: "_BatchNormStage", value: str) -> "_BatchNormStage":
        """Sets `weightCol`: column of row weights."""
        return self._set(weightCol=value)

    def setWithMean(self: "_BatchNormStage", value: bool) -> "_BatchNormStage":
        """Sets `withMean`: whether to subtract the mean."""
        return self._set(withMean=value)

    def setWithStd(self: "_BatchNormStage", value: bool) -> "_BatchNormStage":
        """Sets `withStd`: whether to divide by sqrt(variance + epsilon)."""
        return self._set(withStd=value)


_BatchNormStage = TypeVar("_BatchNormStage", bound=BatchNormStage)


class BatchNormModelStage(BatchNormParams):
    """Params, setters and getters of io.normact.ml.BatchNormModel."""

    _java_class = "io.normact.ml.BatchNormModel"
    _defaults = {
        "activation": "identity",
        "aggregationDepth": 2,
        "epsilon": 1e-5,
        "handleInvalid": "error",
        "histogram": False,
        "invalidIndicator": False,
        "learn": "none",
        "loss": "auto",
        "maxBroadcastInMB": 256,
        "maxIter": 100,
        "minCount": 2,
        "momentum": 0.0,
        "regParam": 0.001,
        "shrinkage": 0.0,
        "tol": 1e-6,
        "unknownKey": "global",
        "withMean": True,
        "withStd": True,
    }
    _fitted_names = frozenset([
        "beta",
        "converged",
        "count",
        "gamma",
        "histograms",
        "invalid",
        "keyStatistics",
        "labelClasses",
        "lastBatch",
        "learnedLoss",
        "mean",
        "moments",
        "objectiveHistory",
        "skippedRows",
        "slopes",
        "variance",
        "widths",
        "result",
    ])

    def setActivation(self: "_BatchNormModelStage", value: str) -> "_BatchNormModelStage":
        """Sets `activation`: activation function applied after gamma * x + beta."""
        return self._set(activation=value)

    def setClip(self: "_BatchNormModelStage", value: float) -> "_BatchNormModelStage":
        """Sets `clip`: how many standard deviations from the mean a value may be before it is clipped; with keyCols mean and standard deviation are those of the row's key."""
        return self._set(clip=value)

    def setEpsilon(self: "_BatchNormModelStage", value: float) -> "_BatchNormModelStage":
        """Sets `epsilon`: added to the variance."""
        return self._set(epsilon=value)

    def setHandleInvalid(self: "_BatchNormModelStage", value: str) -> "_BatchNormModelStage":
        """Sets `handleInvalid`: what happens to null, NaN and infinity: error, skip (drop the row), keep (leave them out of the statistics and pass them through), mean (leave them out of the statistics and count them as the mean, with keyCols as that of the row's key)."""
        return self._set(handleInvalid=value)

    def setInvalidIndicator(self: "_BatchNormModelStage", value: bool) -> "_BatchNormModelStage":
        """Sets `invalidIndicator`: whether to add a column <input>_invalid that is 1 where a value is null, NaN or infinite, or counts as such by unknownKey, else 0."""
        return self._set(invalidIndicator=value)

    def setKeyCols(self: "_BatchNormModelStage", value: List[str]) -> "_BatchNormModelStage":
        """Sets `keyCols`: columns such as store: each feature is normalised by the mean and variance of the rows that have the same values in these columns; without keyCols by those of all rows."""
        return self._set(keyCols=value)

    def setMaxBroadcastInMB(self: "_BatchNormModelStage", value: int) -> "_BatchNormModelStage":
        """Sets `maxBroadcastInMB`: with keyCols: up to so many megabytes the table of keys is sent to each executor; a larger one is joined to the rows, which shuffles them."""
        return self._set(maxBroadcastInMB=value)

    def setMinCount(self: "_BatchNormModelStage", value: int) -> "_BatchNormModelStage":
        """Sets `minCount`: with keyCols: a key in which the fit saw fewer valid values of a feature is normalised by the feature's mean and variance over all rows."""
        return self._set(minCount=value)

    def setMomentum(self: "_BatchNormModelStage", value: float) -> "_BatchNormModelStage":
        """Sets `momentum`: weight of a new batch in update, above 0 to 1 as in torch; 0 for cumulative statistics, which torch calls None."""
        return self._set(momentum=value)

    def setShrinkage(self: "_BatchNormModelStage", value: float) -> "_BatchNormModelStage":
        """Sets `shrinkage`: with keyCols: draws a key's mean and variance towards those of all rows, the more the fewer rows the key has; 10 does it as if the key had 10 rows more, which are like all rows on average; 0 takes the key's own as they are."""
        return self._set(shrinkage=value)

    def setUnknownKey(self: "_BatchNormModelStage", value: str) -> "_BatchNormModelStage":
        """Sets `unknownKey`: with keyCols: what happens to a row whose key the fit did not see: global (it is normalised by the mean and variance of all rows), error (the job ends and names the key), invalid (all its features count as invalid, so that handleInvalid decides)."""
        return self._set(unknownKey=value)


_BatchNormModelStage = TypeVar("_BatchNormModelStage", bound=BatchNormModelStage)


class BatchNormInverseStage(FeatureColumns):
    """Params, setters and getters of io.normact.ml.BatchNormInverse."""

    _java_class = "io.normact.ml.BatchNormInverse"
    _defaults = {
        "maxBroadcastInMB": 256,
        "unknownKey": "global",
    }

    activation: Param[str] = Param(
        Params._dummy(),
        "activation",
        "function to invert",
        typeConverter=TypeConverters.toString,
    )
    beta: Param[List[float]] = Param(
        Params._dummy(),
        "beta",
        "subtracted first",
        typeConverter=TypeConverters.toListFloat,
    )
    keyCols: Param[List[str]] = Param(
        Params._dummy(),
        "keyCols",
        "columns of the key",
        typeConverter=TypeConverters.toListString,
    )
    keyNumbers: Param[List[str]] = Param(
        Params._dummy(),
        "keyNumbers",
        "mean and scale within each key",
        typeConverter=TypeConverters.toListString,
    )
    maxBroadcastInMB: Param[int] = Param(
        Params._dummy(),
        "maxBroadcastInMB",
        "with keyCols: up to so many megabytes the table of keys is sent to each executor; a larger one is joined to the rows, which shuffles them",
        typeConverter=TypeConverters.toInt,
    )
    mean: Param[List[float]] = Param(
        Params._dummy(),
        "mean",
        "added at the end",
        typeConverter=TypeConverters.toListFloat,
    )
    scale: Param[List[float]] = Param(
        Params._dummy(),
        "scale",
        "divided by",
        typeConverter=TypeConverters.toListFloat,
    )
    slopes: Param[List[float]] = Param(
        Params._dummy(),
        "slopes",
        "prelu's slopes",
        typeConverter=TypeConverters.toListFloat,
    )
    unknownKey: Param[str] = Param(
        Params._dummy(),
        "unknownKey",
        "with keyCols: what happens to a row whose key the fit did not see: global (it is normalised by the mean and variance of all rows), error (the job ends and names the key), invalid (all its features count as invalid, so that handleInvalid decides)",
        typeConverter=TypeConverters.toString,
    )
    widths: Param[List[int]] = Param(
        Params._dummy(),
        "widths",
        "features each input column holds",
        typeConverter=TypeConverters.toListInt,
    )

    def getActivation(self) -> str:
        """The value of `activation`: function to invert."""
        return self.getOrDefault(self.activation)

    def getBeta(self) -> List[float]:
        """The value of `beta`: subtracted first."""
        return self.getOrDefault(self.beta)

    def getKeyCols(self) -> List[str]:
        """The value of `keyCols`: columns of the key."""
        return self.getOrDefault(self.keyCols)

    def getKeyNumbers(self) -> List[str]:
        """The value of `keyNumbers`: mean and scale within each key."""
        return self.getOrDefault(self.keyNumbers)

    def getMaxBroadcastInMB(self) -> int:
        """The value of `maxBroadcastInMB`: with keyCols: up to so many megabytes the table of keys is sent to each executor; a larger one is joined to the rows, which shuffles them."""
        return self.getOrDefault(self.maxBroadcastInMB)

    def getMean(self) -> List[float]:
        """The value of `mean`: added at the end."""
        return self.getOrDefault(self.mean)

    def getScale(self) -> List[float]:
        """The value of `scale`: divided by."""
        return self.getOrDefault(self.scale)

    def getSlopes(self) -> List[float]:
        """The value of `slopes`: prelu's slopes."""
        return self.getOrDefault(self.slopes)

    def getUnknownKey(self) -> str:
        """The value of `unknownKey`: with keyCols: what happens to a row whose key the fit did not see: global (it is normalised by the mean and variance of all rows), error (the job ends and names the key), invalid (all its features count as invalid, so that handleInvalid decides)."""
        return self.getOrDefault(self.unknownKey)

    def getWidths(self) -> List[int]:
        """The value of `widths`: features each input column holds."""
        return self.getOrDefault(self.widths)

    def setKeyCols(self: "_BatchNormInverseStage", value: List[str]) -> "_BatchNormInverseStage":
        """Sets `keyCols`: columns of the key."""
        return self._set(keyCols=value)


_BatchNormInverseStage = TypeVar("_BatchNormInverseStage", bound=BatchNormInverseStage)
