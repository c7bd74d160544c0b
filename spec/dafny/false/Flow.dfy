// Must be rejected: a walk that hands on the reason that was asked, and not the strengthened one, or not from outside.
include "../FlowTheorems.dfy"

module PlantedFlow {
  import opened Algebra
  import opened States
  import opened Kernel
  import opened Flows

  // What region r is owed after its owner t was marked.
  ghost predicate HandsOn(s: State, t: nat, asked: Reason, rho: Reason, external: bool)
    requires Tree(s) && KnownTask(s, t) && rho.Reason? && asked.Reason? && s.tasks[t].waits.OnRegion?
  {
    var x := s.tasks[t];
    var u := s.(tasks := s.tasks[t := MarkTask(x, asked, true)]);
    && Tree(u)
    && KnownRegion(u, x.waits.region)
    && Pays(u, x.waits.region, Below(rho, x.region, t), external)
  }

  ghost predicate Waiting(s: State, t: nat, rho: Reason) {
    Tree(s) && KnownTask(s, t) && s.tasks[t].waits.OnRegion? && rho.Reason?
  }

  lemma TwinFlow(s: State, t: nat, rho: Reason)
    requires Waiting(s, t, rho)
    ensures Strengthen(s.tasks[t].reason, rho).Reason? && HandsOn(s, t, rho, Strengthen(s.tasks[t].reason, rho), true)
  { StrengthenGrows(s.tasks[t].reason, rho);
    var below := Below(Strengthen(s.tasks[t].reason, rho), s.tasks[t].region, t); Total(below, below); }

  lemma PlantedFlowOfAsked(s: State, t: nat, rho: Reason)
    requires Waiting(s, t, rho)
    ensures HandsOn(s, t, rho, rho, true)
  { StrengthenGrows(s.tasks[t].reason, rho);
    var below := Below(Strengthen(s.tasks[t].reason, rho), s.tasks[t].region, t); Total(below, below); }

  lemma PlantedFlowNotExternal(s: State, t: nat, rho: Reason)
    requires Waiting(s, t, rho)
    ensures Strengthen(s.tasks[t].reason, rho).Reason? && HandsOn(s, t, rho, Strengthen(s.tasks[t].reason, rho), false)
  { StrengthenGrows(s.tasks[t].reason, rho);
    var below := Below(Strengthen(s.tasks[t].reason, rho), s.tasks[t].region, t); Total(below, below); }
}
