"""From an answer to a score: marks, claims, one file per metric, the score card.

index = make_truth_index(table)                                   # sim.truth.index, once a recording
case = make_trace_case(index, target=, window_s=, answer=, log=)  # sim.scoring.case
card = compute_score_card(case)                                   # sim.scoring.score_card
card.values["idf1"], card.passed, card.as_data()
find_trace_moments(case), find_losses(case), describe_legs(case)  # sim.scoring.trace_moments, losses, legs
"""
