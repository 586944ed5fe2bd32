"""Public names without a formula, and why."""

WITHOUT: dict[str, str] = {
    "looks something up, writes it down or reads it": """
        activations.deserialize activations.get activations.serialize constraints.deserialize
        constraints.get constraints.serialize initializers.deserialize initializers.get
        initializers.serialize layers.deserialize layers.serialize losses.deserialize losses.get
        losses.serialize metrics.deserialize metrics.get metrics.serialize optimizers.deserialize
        optimizers.get optimizers.serialize optimizers.schedules.deserialize
        optimizers.schedules.serialize regularizers.deserialize regularizers.get
        regularizers.serialize utils.CustomObjectScope utils.custom_object_scope
        utils.deserialize_keras_object utils.get_custom_objects utils.get_registered_name
        utils.get_registered_object utils.register_keras_serializable
        utils.serialize_keras_object""",
    "a base class, or names: what is derived from it computes": """
        callbacks.Callback callbacks.CallbackList callbacks.LambdaCallback
        callbacks.MonitorCallback constraints.Constraint initializers.Initializer layers.Layer
        layers.Wrapper losses.Loss losses.LossFunctionWrapper losses.Reduction metrics.Metric
        optimizers.Optimizer optimizers.schedules.LearningRateSchedule regularizers.Regularizer""",
    "says where a model begins, and computes nothing": """
        layers.Input layers.InputLayer layers.InputSpec""",
    "keeps, writes or shows what others have computed": """
        callbacks.BackupAndRestore callbacks.CSVLogger callbacks.History callbacks.ModelCheckpoint
        callbacks.ProgbarLogger callbacks.SwapEMAWeights callbacks.TensorBoard utils.Progbar
        utils.model_to_dot utils.plot_model utils.save_img""",
    "brings data from files, or into another order": """
        utils.PyDataset utils.Sequence utils.get_file utils.image_dataset_from_directory
        utils.load_img utils.split_dataset utils.text_dataset_from_directory
        utils.timeseries_dataset_from_array utils.pack_x_y_sample_weight
        utils.unpack_x_y_sample_weight""",
    "a state of the process": """
        random.SeedGenerator random.draw_seed random.dropout_mask random.global_seed
        random.make_default_seed random.set_random_seed utils.clear_session
        utils.disable_interactive_logging utils.enable_interactive_logging
        utils.is_interactive_logging_enabled utils.is_keras_tensor utils.set_random_seed""",
    "not a name of Keras's own": "metrics.accuracy",
}
REASON_OF = {name: reason for reason, names in WITHOUT.items() for name in names.split()}
