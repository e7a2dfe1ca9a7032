"""From an answer to a score: marks, claims, metrics, the score card, and what the debrief looks at again.

index = make_truth_index(table)                                   # sim.truth.index, once a recording
case = make_trace_case(index, target=, window_s=, answer=, log=)  # sim.scoring.case
card = get_task_type("trace").make_card(case)                     # sim.tasks
card.values["idf1"], card.passed, card.as_data()
find_trace_moments(case), find_losses(case), describe_legs(case)  # sim.scoring.trace_moments, losses, case
"""
