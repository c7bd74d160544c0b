// How long a masked section can put off an acknowledgement: a cancelled task passes at most as many masked checkpoints as its
// mask had units when the request came, and so at most MaskUnits.
include "Theorems.dfy"

module Masks {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Rules
  import opened RulesRegion
  import opened Properties
  import opened Invariant
  import opened Steps
  import opened Theorems

  // Masked checkpoints of t among the steps from i to j.
  function MaskedCheckpoints(actions: seq<Action>, t: nat, i: nat, j: nat): nat
    requires i <= j <= |actions|
  {
    if i == j then 0
    else MaskedCheckpoints(actions, t, i, j - 1) + if actions[j - 1] == ACheckpointMasked(t) then 1 else 0
  }

  lemma KnownLater(states: seq<State>, actions: seq<Action>, t: nat, i: nat, j: nat)
    requires Run(states, actions) && i <= j < |states| && KnownTask(states[i], t)
    ensures KnownTask(states[j], t)
  {
    if i < j {
      KnownLater(states, actions, t, i, j - 1);
      StepTheorem(states, actions, j - 1);
    }
  }

  lemma EachSpendsOne(states: seq<State>, actions: seq<Action>, t: nat, i: nat, j: nat)
    requires Run(states, actions) && i <= j < |states| && KnownTask(states[i], t) && KnownTask(states[j], t)
    requires forall m | i <= m < j :: KnownTask(states[m], t) && IsCancelled(states[m].tasks[t])
    ensures states[j].tasks[t].mask + MaskedCheckpoints(actions, t, i, j) <= states[i].tasks[t].mask
  {
    if i < j {
      EachSpendsOne(states, actions, t, i, j - 1);
      StepTheorem(states, actions, j - 1);
      assert Tree(states[j - 1]) && Step(states[j - 1], states[j], actions[j - 1]);
      if actions[j - 1] == ACheckpointMasked(t) {
        assert CheckpointMasked(states[j - 1], states[j], t);
      }
    }
  }

  lemma MaskRunsOut(states: seq<State>, actions: seq<Action>, t: nat, i: nat, j: nat)
    requires Run(states, actions) && i <= j < |states| && KnownTask(states[i], t)
    requires forall m | i <= m < j :: KnownTask(states[m], t) && IsCancelled(states[m].tasks[t])
    ensures MaskedCheckpoints(actions, t, i, j) <= MaskUnits
  {
    KnownLater(states, actions, t, i, j);
    EachSpendsOne(states, actions, t, i, j);
    StateTheorem(states, actions, i);
  }
}
