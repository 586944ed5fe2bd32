"""Which test belongs to which tier, what a tier may cost, and what the night consists of.

    first   pytest -m first    no TensorFlow: what a change of `scratch` breaks at once
    day     pytest             first, and every case against tf.keras in each precision once
    night   pytest -m ""       all the rest: whole trajectories, all planted faults, all engines

A test belongs to the day unless this file says otherwise. Nothing fails for the time it takes,
since machines are noisy; but a run ends with its CPU seconds beside the budget, and says where it
is over. A new layer may cost the day half a second: what costs more belongs to the night.

A test is named by its file under `suite/`, and by its function where not the whole file is meant.
"""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parity_tests.harness.faults import (
    in_layers,
    in_losses,
    in_optimizers,
    in_training,
    in_windows,
)

TIERS = ("first", "day", "night")
Params = Mapping[str, Any]  # of a parametrized test

# No TensorFlow, and at most 40 seconds on two cores -----------------------------------------------

FIRST: tuple[str, ...] = (
    "house/test_architecture.py",
    "house/test_tiers.py",
    "data/test_epochs.py",
    "kernels/test_axpy.py",
    "kernels/test_denormals.py",
    "kernels/test_windows.py",
    "kernels/test_workers.py",
    "network/test_node.py",
    "oracle/test_by_itself.py",
    "oracle/test_formulas.py::test_on_scratch",
    "oracle/test_harness.py",
    "oracle/test_invariants.py::test_of_what_is_quick",
    "oracle/test_engines.py::test_every_engine_has_a_name_of_its_own",
    "oracle/test_engines.py::test_tf32_keeps_eleven_bits",
    "oracle/test_engines.py::test_the_canary_tells_tf32_from_float32",
    "activations/test_activations.py::test_derivative_against_a_finite_difference",
    "activations/test_activations.py::test_every_activation_has_a_hand_derived_pair",
    "activations/test_activations.py::test_relu_at_exactly_zero_has_slope_zero",
    "files/test_growing_files.py",
    "files/test_whole_file.py",
    "layers/test_layers.py::test_a_shared_layer_adds_its_gradients_up",
    "layers/test_layers.py::test_a_zero_upstream_gives_zero",
    "layers/test_layers.py::test_what_is_derived_by_hand_is_used",
    "losses/test_own_losses.py::test_without_the_quirk_probabilities_are_clipped",
    "models/test_copies.py::test_metrics_alone",
    "models/test_copies.py::test_models",
    "models/test_direct_calls.py",
    "models/test_models.py",
    "ops/drawing/test_drawings.py",
    "ops/drawing/test_graph_drawing.py",
    "ops/graph/test_graph.py",
    "ops/test_values.py::test_derivative_against_complex_step",
    "ops/test_values.py::test_second_derivative_against_complex_step",
    "ops/test_values.py::test_types_are_kept",
    "regularizers/test_regularizers.py::test_edges",
    "regularizers/test_regularizers.py::test_orthogonal_derivatives",
    "saving/test_checksums.py::test_arrays_of_every_kind",
    "saving/test_checksums.py::test_every_flipped_bit_is_noticed",
    "testing/test_findings.py",
    "testing/test_gradients.py",
    "testing/test_layers.py",
    "testing/test_layouts.py::test_right_in_every_layout",
    "testing/test_layouts.py::test_there_are_enough_of_them",
    "testing/test_layouts.py::test_wrong_in_some_layouts",
    "testing/test_losses.py",
    "testing/test_optimizers.py",
    "testing/test_styles.py",
    "whole/test_known_values.py",
    "whole/test_threads.py::test_a_copy_of_a_used_model_is_another_model",
    "whole/test_threads.py::test_each_as_alone",
    "whole/test_threads.py::test_one_model_serves_many",
)

# What the day leaves to the night ----------------------------------------------------------------


@dataclass(frozen=True)
class Late:
    """Tests of the night.

    Args:
        tests: the file, or the file and a function: `"oracle/test_faults.py::test_caught"`.
        one_a: the day has one of each kind: from a test's parameters to its kind.
        one_in: or one in so many of them.
        but: or those for whose parameters this is true.
    """

    tests: str
    one_a: Callable[[Params], Hashable] | None = None
    one_in: int = 0
    but: Callable[[Params], bool] | None = None

    def __post_init__(self) -> None:
        assert [self.one_a, self.one_in or None, self.but].count(None) >= 2


def component(params: Params) -> Hashable:
    """What a case is about: `"adam"`."""
    return params["case"].group


def where_faults_are(params: Params) -> Hashable:
    """The list that a fault stands in, or another fault of its component."""
    fault = params["fault"]
    for home in (in_layers, in_losses, in_optimizers, in_training, in_windows):
        if fault.component in {other.component for other in home.FAULTS}:
            return home.__name__
    return None


def only_trained(params: Params) -> bool:
    """What has no derivative to compare in float64, since a seed draws its masks."""
    drawn = "dropout", "noise", "augmented"
    return params["precision"] == "float32" or params["case"].group in drawn


def name(params: Params) -> Hashable:
    """What a sweep of shapes is about."""
    return params["name"]


def by_hand(params: Params) -> bool:
    """What `fit` uses; that the other two ways agree with it, oracle/test_by_itself says."""
    return params["way"] == "by hand"


def kind_of_part(params: Params) -> Hashable:
    """Of which kind a class is that a user derives his own from."""
    return params["kind"]


LATE = (
    # A case of every twentieth: both ways go through all of them at night.
    Late("models/training/test_planned.py::test_both_ways_give_the_same_bits", one_in=20),
    Late("models/training/test_planned_networks.py::test_many_both_ways"),
    Late("layers/base/test_lora.py::test_a_file_holds_the_whole_weight", one_in=6),
    Late("layers/base/test_lora.py::test_a_model_file_travels", one_in=4),
    Late("layers/base/test_lora.py::test_what_is_refused", one_in=6),
    # The other two ways to a derivative, against TensorFlow's too.
    Late("layers/test_layers.py::test_derivatives", but=by_hand),
    Late("losses/test_losses.py::test_derivatives", but=by_hand),
    Late("activations/test_activations.py::test_derivatives", but=by_hand),
    Late("regularizers/test_regularizers.py::test_derivatives", but=by_hand),
    # In float64 the day compares the derivatives, in float32 four steps.
    Late("layers/test_layers.py::test_training", but=only_trained),
    Late("losses/test_losses.py::test_training", but=only_trained),
    Late("activations/test_activations.py::test_training", but=only_trained),
    Late("regularizers/test_regularizers.py::test_training", but=only_trained),
    # A graph of TensorFlow for every case, and then hundreds of steps.
    Late("optimizers/test_optimizers.py::test_float32"),
    # The step alone, given the same gradients, the day compares for all of them, bit by bit.
    Late("optimizers/test_optimizers.py::test_first_steps", one_a=component),
    Late("whole/test_trajectories.py::test_float64", one_in=30),
    Late("whole/test_trajectories.py::test_models_compiled_by_xla"),
    Late("optimizers/schedules/test_schedules.py::test_whole_numbers_and_booleans", one_in=3),
    Late("optimizers/schedules/test_schedules.py::test_float64", one_a=component),
    Late("optimizers/schedules/test_schedules.py::test_float32", one_a=component),
    Late(
        "optimizers/schedules/test_schedules.py::test_k22_in_a_graph_they_round_otherwise",
        one_in=4,
    ),
    Late("test_quirks.py::test_k32_slices_are_squared_and_clipped_apart", one_in=4),
    Late("test_quirks.py::test_k1_constants_pass_through_float32", one_in=8),
    Late("test_quirks.py::test_k1_dyadic_constants_avoid_it"),
    Late("test_quirks.py::test_k1_schedules_keep_their_precision_elsewhere", one_in=8),
    Late("whole/test_trajectories.py::test_optimizers_compiled_by_xla"),
    Late("oracle/test_formulas.py::test_on_keras", one_in=8),
    Late("oracle/test_formulas.py::test_elsewhere"),
    # The same cases as in the rooms, for planted faults to meet.
    Late("oracle/test_battery.py"),
    Late(
        "models/test_overrides.py::test_what_is_redefined_counts_as_in_keras",
        one_a=kind_of_part,
    ),
    Late("oracle/test_faults.py::test_caught", one_a=where_faults_are),
    Late("oracle/test_faults.py::test_null_changes_stay_green"),
    Late("oracle/test_faults.py::test_a_learning_rate_is_watched_to_the_last_digits"),
    Late("oracle/test_faults_outside.py::test_its_killer_kills_it"),
    Late("oracle/test_faults_in_keras.py::test_caught"),
    Late("oracle/test_faults_in_keras.py::test_null_changes_stay_green"),
    Late("oracle/test_engines.py::test_derivatives"),
    Late("oracle/test_engines.py::test_training_on_torch"),
    Late("oracle/test_engines.py::test_training_on_jax"),
    Late("oracle/test_engines.py::test_tensorflows_other_modes_derive_the_same"),
    Late("random/test_jit_compile.py"),
    # Long lists of what a user may define; the day sees some of each.
    Late("activations/test_activations.py::test_an_activation_in_training", one_in=4),
    Late("constraints/test_constraints.py::test_training", but=only_trained),
    Late("layers/base/test_own_functions_in_layers.py::test_it_trains", one_in=8),
    Late(
        "layers/base/test_own_functions_in_layers.py::test_it_trains_eagerly_and_under_adam",
        one_in=4,
    ),
    Late(
        "layers/base/test_own_functions_in_layers.py"
        "::test_a_number_that_changes_is_read_in_every_batch",
        one_in=3,
    ),
    Late("losses/test_functions.py::test_a_loss_in_training", one_in=4),
    Late("losses/test_own_losses.py::test_as_in_keras", one_in=4),
    Late(
        "losses/test_weights_in_losses.py::test_a_weight_that_the_loss_reads_is_trained", one_in=4
    ),
    Late("losses/test_weights_in_losses.py::test_what_compute_loss_does", one_in=4),
    Late("models/test_graphs.py::test_fit", one_in=9),
    Late(
        "models/training/test_changed_settings.py"
        "::test_k39_a_changed_setting_counts_at_once_and_a_warning_says_so",
        one_in=14,
    ),
    Late(
        "models/training/test_changed_settings.py::test_k39_run_eagerly_there_is_nothing_to_say",
        one_in=5,
    ),
    Late(
        "models/training/test_changed_settings.py::test_what_counts_alike_is_not_spoken_of",
        one_in=4,
    ),
    Late("models/training/test_changed_settings.py::test_k39_compile_ends_it", one_in=5),
    Late(
        "models/training/test_when_definitions_run.py::test_attributes_that_a_callback_changes",
        one_in=12,
    ),
    Late("whole/test_silent_differences.py::test_set_floatx_in_every_order", one_in=8),
    Late("whole/test_silent_differences.py::test_training_by_default", one_in=3),
    Late("models/test_overrides.py::test_losses_that_find_logits", one_in=4),
    Late("network/test_penalties.py::test_a_class_trains_whatever_it_reads", one_in=3),
    Late("network/test_penalties.py::test_a_definition_trains_whatever_it_reads", one_in=8),
    Late(
        "network/test_penalties.py::test_a_penalty_is_the_whole_gradient_of_an_idle_weight",
        one_in=4,
    ),
    Late("optimizers/test_optimizer_api.py::test_chunks_change_nothing", one_in=4),
    Late("data/test_dataset.py::test_passes_of_a_shuffled_data_set", one_in=3),
    Late("data/test_dataset.py::test_the_order_of_a_shuffle", one_in=5),
    Late("data/test_py_dataset.py::test_what_it_is_asked_for", one_in=2),
    Late("datasets/test_keras_datasets.py::test_cifar10"),
    Late("testing/test_many_students.py", one_in=3),
    # Every shape with every other.
    Late("whole/test_shapes.py::test_a_layer", one_a=name),
    Late("whole/test_shapes.py::test_labels_of_a_loss", one_a=name),
    Late("whole/test_shapes.py::test_labels_of_a_metric", one_a=name),
    Late("whole/test_shapes.py::test_weights_of_a_metric", one_a=name),
    # Programs in processes of their own.
    Late("oracle/test_bench.py"),
    Late("oracle/test_fuzz.py"),
    Late("oracle/test_invariants.py::test_of_keras"),
    Late("oracle/test_invariants.py::test_what_is_known_to_break_one_really_does", one_in=12),
    Late("oracle/test_invariants.py::test_with_many_samples"),
    Late("oracle/test_long_trajectories.py"),
    Late("oracle/test_script_command.py::test_a_script"),
    Late("oracle/test_script_command.py::test_in_float64_and_beside_itself"),
    Late("oracle/test_strength.py"),
    Late("oracle/test_whole_report.py"),
    Late("oracle/test_unchanged.py::test_every_digit"),
    Late("oracle/test_check_command.py::test_the_other_examples", one_in=4),
    Late("kernels/test_compiled.py"),
    Late("saving/test_file_fuzz.py"),
    Late(
        "saving/test_hostile_files.py::test_loading_grows_with_the_number_of_layers_and_no_faster"
    ),
    Late("saving/test_hostile_files.py::test_many_groups_take_little_time", one_in=6),
    Late("saving/test_hostile_files.py::test_memory_of_a_large_model", one_in=3),
    Late("saving/test_hostile_files.py::test_one_clear_error", one_in=12),
    Late("saving/test_saving.py::test_models_travel", one_in=11),
    Late("files/test_kill_points.py"),
    Late("callbacks/test_backups.py::test_a_damaged_backup", one_in=5),
    Late("callbacks/test_backups.py::test_a_kill_at_every_call_of_the_system"),
    # In every layout; the first tier has some for each mistake.
    Late("testing/test_layouts.py::test_wrong_in_every_layout"),
    # Browsers, wheels, Pyodide.
    Late("playground/test_in_pyodide.py"),
    Late("playground/test_packed.py::test_a_site_is_written"),
    Late("playground/test_packed.py::test_the_command_serves_the_page"),
    Late("playground/test_packed.py::test_the_wheel_has_the_page_and_no_sources_of_it"),
    Late("playground/test_page.py"),
    Late("playground/test_page_controls.py"),
    Late("playground/test_page_panels.py"),
    # The day has one of each.
    Late("playground/test_data.py::test_a_data_set_is_what_it_says", one_in=5),
    Late("playground/test_data.py::test_noise_makes_it_harder", one_in=6),
    Late("playground/test_looking.py::test_a_planted_bug_is_caught", one_in=6),
    Late("playground/test_looking.py::test_a_step_written_out", one_in=3),
    Late("playground/test_looking.py::test_all_ways_agree", one_in=3),
    Late("playground/test_looking.py::test_an_equation_adds_up_to_the_number", one_in=6),
    Late(
        "playground/test_looking.py::"
        "test_every_line_of_an_update_comes_to_what_the_optimizer_comes_to",
        one_in=5,
    ),
    Late("playground/test_looking.py::test_initializations"),
    Late("playground/test_over_time.py::test_layers_over_time_are_derived_rightly", one_in=2),
    Late("playground/test_perceptron.py::test_a_rule_written_out", one_in=2),
    Late(
        "playground/test_perceptron.py::test_the_arithmetic_comes_to_the_rule",
        one_in=2,
    ),
    Late("playground/test_perceptron.py::test_the_program_makes_the_run_again", one_in=4),
    Late("playground/test_session.py::test_hello_knows_what_may_be_chosen"),
    Late("playground/test_session.py::test_nonsense_of_every_kind_is_answered"),
    Late(
        "playground/test_taking_home.py::test_a_lesson_is_passed_by_what_it_teaches_and_not_before",
        one_in=4,
    ),
    Late(
        "playground/test_taking_home.py::test_the_code_for_scratch_makes_the_run_again_bit_by_bit",
        one_in=3,
    ),
    Late("playground/test_stopping.py::test_it_stops_where_keras_early_stopping_stops"),
    Late("playground/test_taking_home.py::test_the_code_runs_as_a_program_in_either_library"),
    Late("playground/test_two_engines.py::test_a_run_keeps_to_its_recording", one_in=4),
    Late("playground/test_two_engines.py::test_an_update_in_both_columns"),
    Late("playground/test_two_engines.py::test_both_behind_the_servers_socket"),
    Late("playground/test_two_engines.py::test_both_stay_together_step_by_step", one_in=2),
    Late("playground/test_two_engines.py::test_saved_cases_are_replayed", one_in=4),
    Late("playground/test_two_engines.py::test_tensorflows_tape_in_the_gradient_check", one_in=2),
    Late("whole/test_bare.py"),
    Late("whole/test_examples.py"),
    Late("whole/test_fit_log.py::test_every_option", one_in=10),
    Late("whole/test_fit_log.py::test_real_data_in_float64"),
    Late("whole/test_fit_log.py::test_real_data_in_float32"),
    Late("whole/test_interrupts.py"),
    Late("whole/test_keras_models.py::test_each_learns", one_in=5),
    Late("whole/test_lectures.py"),
    Late("whole/test_main_job.py"),
    Late("whole/test_notebooks.py::test_a_lesson_runs"),
    Late("whole/test_notebooks.py::test_the_quick_start_runs"),
    Late("whole/test_resuming.py::test_a_killed_training_ends_on_the_same_bits", one_in=16),
    Late("whole/test_resuming.py::test_a_process_that_is_killed", one_in=2),
    Late("whole/test_resuming.py::test_the_page_says_what_happens_in_keras"),
    Late("whole/test_resuming.py::test_the_page_says_what_happens_without_exact", one_in=5),
    Late("tape/test_layers.py", one_a=component),
    Late("tape/test_loops.py", one_in=6),
    Late("tape/test_operations.py::test_they_are_those_of_the_graph"),
    Late("tape/test_train_steps.py", one_in=4),
    Late("whole/test_scripts.py"),
    Late("whole/test_thirty_two_bits.py"),
    Late("whole/test_types.py"),
)


def of(tests: Iterable[tuple[str, Params]]) -> Iterator[str]:
    """The tier of each test, given as its name and its parameters."""
    seen: Counter[Hashable] = Counter()
    for test, params in tests:
        file = test.partition("::")[0]
        late = next((late for late in LATE if late.tests in (test, file)), None)
        if test in FIRST or file in FIRST:
            yield "first"
        elif late is None or (late.but is not None and late.but(params)):
            yield "day"
        elif late.one_a is None and not late.one_in:
            yield "night"
        else:
            kind = (late.tests, late.one_a(params) if late.one_a else None)
            again = seen[kind] % late.one_in if late.one_in else seen[kind]
            yield "night" if again else "day"
            seen[kind] += 1


def has_first(file: str) -> bool:
    """Whether a file of the suite has tests of the first tier."""
    return any(test.partition("::")[0] == file for test in FIRST)


# What a tier costs -------------------------------------------------------------------------------

# Seconds that a tier may take on two cores that have nothing else to do; the day includes first.
WALL: Mapping[str, float] = {"first": 40.0, "day": 360.0}
CORES = 2
# CPU seconds by room.
BUDGET: Mapping[str, Mapping[str, float]] = {
    "first": {
        "activations": 1, "data": 1, "files": 2, "house": 13, "kernels": 1, "layers": 3,
        "losses": 1, "models": 6, "network": 1, "ops": 7, "oracle": 35, "regularizers": 1,
        "saving": 2, "testing": 20, "whole": 2,
    },
    "day": {
        "activations": 25, "backend": 2, "callbacks": 20, "constraints": 8, "context": 2,
        "data": 15, "datasets": 10, "files": 1, "house": 30, "initializers": 2, "kernels": 20,
        "layers": 100,
        "losses": 70, "metrics": 28, "mixed_precision": 1, "models": 70, "network": 22, "ops": 20,
        "optimizers": 72, "oracle": 78, "playground": 20, "preprocessing": 4, "random": 7,
        "regularizers": 5, "saving": 18, "scratch": 30, "serialization": 9, "tape": 12,
        "testing": 12, "utils": 12, "variables": 2, "whole": 110,
    },
}  # fmt: skip


def room(test: str) -> str:
    """The folder that a test stands in; of files beside the folders, `scratch`."""
    return test.partition("::")[0].rpartition("/")[0].partition("/")[0] or "scratch"


class Summary:
    """What a run of the suite has cost.

    Args:
        spent: the tier, the room and the CPU seconds of each test; without a tier: what every
            process needs before its first test.
    """

    def __init__(self, spent: Iterable[tuple[str, str, float]]) -> None:
        self._spent: dict[str, dict[str, float]] = {}
        for tier, where, cost in spent:
            rooms = self._spent.setdefault(tier, {})
            rooms[where] = rooms.get(where, 0.0) + cost

    def lines(self) -> list[str]:
        """A table a tier: each room's CPU seconds beside its budget."""
        lines = []
        for tier in [tier for tier in TIERS if tier in self._spent]:
            rooms, budget = self._spent[tier], BUDGET.get(tier, {})
            lines += ["", f"tier {tier}: CPU seconds, and the budget"]
            for where in sorted(rooms, key=lambda name: -rooms[name]):
                allowed = f"{budget[where]:6.0f}" if where in budget else ""
                lines.append(f"  {where:16} {rooms[where]:8.1f} {allowed}".rstrip())
            allowed = f"{sum(budget.values()):6.0f}" if budget else ""
            lines.append(f"  {'together':16} {sum(rooms.values()):8.1f} {allowed}".rstrip())
        if "" in self._spent:
            lines.append(f"before the first test: {sum(self._spent[''].values()):.1f} CPU seconds")
        return lines

    def _whole(self) -> Iterator[str]:
        """The tier that was run, if it would not be done in its time by cores always at work."""
        tier = next((tier for tier in reversed(TIERS) if tier in self._spent), "")
        total = sum(sum(rooms.values()) for rooms in self._spent.values())
        if total > CORES * WALL.get(tier, math.inf):
            yield f"  {tier}: {total:.0f} CPU seconds of {CORES * WALL[tier]:.0f} on {CORES} cores"

    def over(self) -> list[str]:
        """Where more was spent than the budget allows."""
        found = list(self._whole())
        for tier, budget in BUDGET.items():
            rooms = self._spent.get(tier, {})
            for where, cost in rooms.items():
                if cost > budget.get(where, 0.0):
                    allowed = budget.get(where, 0.0)
                    found.append(f"  {tier}, {where}: {cost:.1f} CPU seconds of {allowed:.0f}")
        return ["", "OVER THE BUDGET (parity_tests/tiers.py)", *found] if found else []


# The night ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Campaign:
    """A part of the night: what is run together, and left out together.

    Args:
        name: what it looks for.
        minutes: about so long on two cores.
        touches: a change of these files makes it run first.
        files: whose tests of the night it runs.
        command: or the command `parity` that it is.
        environment: what is set for it.
        needs: a package without which there is nothing to run.
    """

    name: str
    minutes: float
    touches: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    needs: str = ""


_FORMULAS = (
    "scratch/activations/", "scratch/layers/", "scratch/losses/", "scratch/metrics/",
    "scratch/network/", "scratch/ops/", "scratch/regularizers/", "parity_tests/cases/",
)  # fmt: skip
_TRAINING = ("scratch/data/", "scratch/models/", "scratch/variables/", "scratch/callbacks/")
_FILES = ("scratch/files/", "scratch/saving/", "scratch/serialization/")

CAMPAIGNS = (
    Campaign(
        "in float64 and by other ways too", 2, _FORMULAS,
        ("activations/test_activations.py", "constraints/test_constraints.py",
         "layers/base/test_lora.py", "layers/test_layers.py", "losses/test_losses.py",
         "regularizers/test_regularizers.py"),
    ),
    Campaign(
        "every option of every optimizer, 100 and 500 steps", 6, ("scratch/optimizers/",),
        ("optimizers/schedules/test_schedules.py", "optimizers/test_optimizer_api.py",
         "optimizers/test_optimizers.py", "test_quirks.py", "whole/test_trajectories.py"),
    ),
    Campaign(
        "other engines", 3, _FORMULAS,
        ("oracle/test_battery.py", "oracle/test_engines.py", "oracle/test_formulas.py",
         "oracle/test_unchanged.py"),
    ),
    Campaign(
        "invariants, of many samples and of Keras", 30, (*_FORMULAS, *_TRAINING),
        ("oracle/test_invariants.py",),
    ),
    Campaign(
        "faults planted in scratch", 6, ("parity_tests/harness/",), ("oracle/test_faults.py",)
    ),
    Campaign(
        "faults planted outside the core", 10, ("parity_tests/commands/strength/",),
        ("oracle/test_faults_outside.py",),
    ),
    Campaign(
        "faults planted in Keras", 8, ("parity_tests/harness/",),
        ("oracle/test_faults_in_keras.py",),
    ),
    Campaign(
        "what users define", 4, ("scratch/network/", *_TRAINING),
        ("layers/base/test_own_functions_in_layers.py", "losses/test_functions.py",
         "losses/test_own_losses.py", "losses/test_weights_in_losses.py", "models/test_graphs.py",
         "models/test_overrides.py", "models/training/test_changed_settings.py",
         "models/training/test_when_definitions_run.py", "network/test_penalties.py",
         "whole/test_silent_differences.py"),
    ),
    Campaign(
        "tapes", 4, ("scratch/tape/", "scratch/ops/graph/", "scratch/context/", *_FORMULAS),
        ("tape/test_layers.py", "tape/test_loops.py", "tape/test_operations.py",
         "tape/test_train_steps.py"),
    ),
    Campaign(
        "every case, written down as lines",
        1,
        (*_FORMULAS, "scratch/network/", "scratch/models/training/"),
        ("models/training/test_planned.py", "models/training/test_planned_networks.py"),
    ),
    Campaign(
        "compiled kernels, each against its definition", 1, ("scratch/kernels/",),
        ("kernels/test_compiled.py",), needs="numba",
    ),
    Campaign(
        "the day with compiled kernels", 12,
        ("scratch/kernels/", "scratch/optimizers/", "scratch/activations/", "scratch/random/"),
        command=("pytest", "-q", "-n", "2", "--dist", "loadfile"),
        environment=(("SCRATCH_KERNELS", "compiled"),), needs="numba",
    ),
    Campaign("every shape with every other", 1, _FORMULAS, ("whole/test_shapes.py",)),
    Campaign("XLA's random numbers", 2, ("scratch/random/",), ("random/test_jit_compile.py",)),
    Campaign(
        "real data", 3, ("keras_models/", "scratch/datasets/", *_TRAINING),
        ("data/test_dataset.py", "data/test_py_dataset.py", "datasets/test_keras_datasets.py",
         "whole/test_fit_log.py"),
    ),
    Campaign(
        "the command and other programs", 4,
        ("parity_tests/commands/main_job/", "examples/scripts/", "examples/"),
        ("oracle/test_check_command.py", "oracle/test_script_command.py",
         "testing/test_layouts.py", "testing/test_many_students.py", "whole/test_bare.py",
         "whole/test_examples.py",
         "whole/test_keras_models.py", "whole/test_main_job.py",
         "whole/test_scripts.py", "whole/test_types.py", "oracle/test_whole_report.py"),
    ),
    Campaign("the lectures", 4, ("examples/lectures/",), ("whole/test_lectures.py",)),
    Campaign(
        "the notebooks", 4, ("examples/notebooks/", "examples/quick_start.py"),
        ("whole/test_notebooks.py",),
    ),
    Campaign(
        "the playground: both engines, lessons", 2,
        ("examples/playground/", "parity_tests/commands/playground/", "scratch/optimizers/"),
        ("playground/test_data.py", "playground/test_looking.py", "playground/test_over_time.py",
         "playground/test_perceptron.py", "playground/test_session.py",
         "playground/test_stopping.py", "playground/test_taking_home.py",
         "playground/test_two_engines.py"),
    ),
    Campaign(
        "the playground in browsers, in Pyodide, from a wheel", 6,
        ("examples/playground/", "parity_tests/commands/playground/"),
        ("playground/test_in_pyodide.py", "playground/test_packed.py", "playground/test_page.py",
         "playground/test_page_controls.py", "playground/test_page_panels.py"),
    ),
    Campaign(
        "a small bench", 1, ("parity_tests/commands/bench/",), ("oracle/test_bench.py",)
    ),
    Campaign(
        "the first of the longest trajectories", 2,
        ("scratch/optimizers/", "parity_tests/commands/trajectories/"),
        ("oracle/test_long_trajectories.py",),
    ),
    Campaign(
        "the fuzzers and mutants themselves", 2,
        ("parity_tests/commands/fuzz/", "parity_tests/commands/strength/"),
        ("oracle/test_fuzz.py", "oracle/test_strength.py"),
    ),
    Campaign(
        "broken files and kills", 4, _FILES,
        ("callbacks/test_backups.py", "files/test_kill_points.py", "saving/test_file_fuzz.py",
         "saving/test_hostile_files.py", "saving/test_saving.py", "whole/test_resuming.py"),
    ),
    Campaign(
        "interrupts, and pointers of 32 bits", 1, ("scratch/context/", *_TRAINING),
        ("whole/test_interrupts.py", "whole/test_thirty_two_bits.py"),
    ),
    Campaign(
        "the first tier without the rest", 1, ("scratch/", "parity_tests/"),
        command=("pytest", "-q", "-n", "2", "-m", "first"),
    ),
    Campaign(
        "the first tier on other Pythons and NumPys", 6, ("pyproject.toml",),
        command=("parity", "pythons"),
    ),
    Campaign(
        "programs drawn at random", 6, (*_FORMULAS, *_TRAINING),
        command=("parity", "fuzz", "--minutes", "5", "--seed", "0"),
    ),
    Campaign(
        "files changed at random", 2, _FILES, command=("parity", "files", "--count", "2000")
    ),
    Campaign("kills at every call that writes", 9, _FILES, command=("parity", "kills")),
    Campaign("interrupts at many places", 2, _TRAINING, command=("parity", "interrupts")),
    Campaign(
        "trainings killed before every step", 9, (*_FILES, *_TRAINING),
        command=("parity", "resume"),
    ),
    Campaign(
        "every fault and the whole battery", 60, ("parity_tests/harness/",),
        command=("parity", "faults"),
    ),
    Campaign(
        "the longest trajectories", 600, ("scratch/optimizers/",),
        command=("parity", "trajectories"),
    ),
)  # fmt: skip
