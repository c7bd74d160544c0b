namespace Asupersync.Kernel

/// The index inside the records says what the records say: lists and counts hold just what a search would find.
[<RequireQualifiedAccess>]
module internal LinksAgree =

    /// Follows a list forwards; None when it does not end within the number of records there are.
    let private follow limit first next none =
        let rec go seen current left =
            if current = none then Some(List.rev seen)
            elif left = 0L then None
            else go (current :: seen) (next current) (left - 1L)

        go [] first limit

    let private regionFails (state: State) (id: RegionId) (record: RegionRecord) =
        let members =
            [ for struct (task, taskRecord) in state.Tasks do
                  if
                      taskRecord.Region = id
                      && (Queries.isLive &taskRecord
                          || (Queries.counts &taskRecord && not taskRecord.Observed))
                  then
                      task ]

        let live =
            members
            |> List.filter (fun task -> Queries.isLive &(state.Task task))
            |> List.length

        let forwards =
            follow state.TaskCount record.FirstTask (fun task -> (state.Task task).NextTask) 0L<taskId>

        let backwards =
            follow state.TaskCount record.LastTask (fun task -> (state.Task task).PreviousTask) 0L<taskId>

        record.Live <> live
        || forwards <> Some members
        || backwards <> Some(List.rev members)

    let private taskFails (state: State) (id: TaskId) (record: TaskRecord) =
        let waiters =
            [ for struct (waiter, waiterRecord) in state.Tasks do
                  if waiterRecord.Waits.TaskId = id then
                      waiter ]

        let held =
            [ for struct (obligation, obligationRecord) in state.Obligations do
                  if
                      obligationRecord.Holder = id
                      && obligationRecord.Phase = ObligationPhase.Reserved
                  then
                      obligation ]

        follow state.TaskCount record.FirstWaiter (fun task -> (state.Task task).NextWaiter) 0L<taskId>
        <> Some waiters
        || follow state.TaskCount record.LastWaiter (fun task -> (state.Task task).PreviousWaiter) 0L<taskId>
           <> Some(List.rev waiters)
        || follow state.ObligationCount record.FirstHeld (fun one -> (state.Obligation one).NextHeld) 0L<obligationId>
           <> Some held
        || follow
            state.ObligationCount
            record.LastHeld
            (fun one -> (state.Obligation one).PreviousHeld)
            0L<obligationId>
           <> Some(List.rev held)

    /// The records whose links are wrong.
    let check (state: State) =
        [ for struct (id, record) in state.Regions do
              if regionFails state id record then
                  $"r{id}"
          for struct (id, record) in state.Tasks do
              if taskFails state id record then
                  $"t{id}" ]
