namespace Asupersync.Kernel.Tests

open FsCheck
open FsCheck.FSharp
open Asupersync.Kernel

/// Values for the algebraic laws. Their parts come from tiny sets, so that ties and near ties are common, and cancel reasons
/// often share most of a chain that is hundreds of links deep.
[<RequireQualifiedAccess>]
module Generators =

    let private kind = Gen.elements CancelKinds.all

    let private link cause =
        gen {
            let! kind = kind
            let! region = Gen.choose (0, 2)
            let! task = Gen.choose (0, 2)
            let! at = Gen.elements [ 0L; 0L; 1L; 7L; System.Int64.MaxValue ]
            let! message = Gen.elements [ ""; ""; "a"; "b"; null ]
            return CancelReason.Create(kind, int64 region * 1L<regionId>, int64 task * 1L<taskId>, at, message, cause)
        }

    let rec private chain depth cause =
        if depth = 0 then
            Gen.constant cause
        else
            gen {
                let! next = link cause
                return! chain (depth - 1) next
            }

    /// So many steps down the tree, through the same regions and tasks.
    let private below depth reason =
        Seq.fold
            (fun cause step -> CancelReason.Below(cause, int64 (step % 3) * 1L<regionId>, 1L<taskId>))
            reason
            (seq { 1..depth })

    /// One reason: short, or with a deep chain.
    let reason: Gen<CancelReason> =
        Gen.frequency
            [ 6, Gen.choose (1, 3) |> Gen.bind (fun depth -> chain depth null)
              2,
              gen {
                  let! bottom = link null
                  let! depth = Gen.choose (1, 400)
                  return! chain 1 (below depth bottom)
              }
              1, Gen.choose (4, 40) |> Gen.bind (fun depth -> chain depth null) ]

    /// A copy, not the same object.
    let private copied (given: CancelReason) =
        let links = List.unfold (fun (at: CancelReason) -> if isNull at then None else Some(at, at.Cause)) given

        List.foldBack
            (fun (at: CancelReason) cause -> CancelReason.Create(at.Kind, at.Region, at.Task, at.At, at.Message, cause))
            links
            null

    /// The reason itself, an equal one, one that differs in the first link or far down, or any other.
    let near (given: CancelReason) : Gen<CancelReason> =
        Gen.frequency
            [ 1, Gen.constant given
              2, Gen.constant (copied given)
              2, link given.Cause
              1, link given
              2,
              gen {
                  let! bottom = link null
                  let! depth = Gen.choose (0, 200)
                  let! top = link (below depth bottom)
                  return CancelReason.Create(given.Kind, given.Region, given.Task, given.At, given.Message, top)
              }
              1, reason ]

    /// Three reasons with ties and near ties among them.
    let reasons: Gen<CancelReason * CancelReason * CancelReason> =
        gen {
            let! a = reason
            let! b = near a
            let! c = near b
            let! turn = Gen.choose (0, 2)

            return
                if turn = 0 then a, b, c
                elif turn = 1 then c, a, b
                else b, c, a
        }

    /// One reason, or none.
    let reasonOrNone = Gen.frequency [ 1, Gen.constant null; 9, reason ]

    let private outcomeFrom reason =
        Gen.frequency
            [ 1, Gen.constant Outcome.none
              1, Gen.constant Outcome.ok
              1, Gen.constant Outcome.err
              1, Gen.constant Outcome.panicked
              4, Gen.map Outcome.cancelled reason ]

    /// Three outcomes with ties among them.
    let outcomes: Gen<Outcome * Outcome * Outcome> =
        gen {
            let! a, b, c = reasons
            let! x = outcomeFrom (Gen.constant a)
            let! y = outcomeFrom (Gen.constant b)
            let! z = outcomeFrom (Gen.constant c)
            return x, y, z
        }

    let private from (values: 'T list) (other: Gen<'T>) =
        Gen.frequency [ 2, Gen.elements values; 1, other ]

    /// A valid budget: nothing, little, half and all of each part.
    let budget: Gen<Budget> =
        gen {
            let! deadline =
                from
                    [ 0L
                      1L
                      5L
                      Quota.NoDeadline / 2L + 1L
                      Quota.NoDeadline - 1L
                      Quota.NoDeadline ]
                    (Gen.choose (0, System.Int32.MaxValue) |> Gen.map int64)

            let! polls =
                from
                    [ 0; 1; 5; Quota.Unlimited / 2 + 1; Quota.Unlimited - 1; Quota.Unlimited ]
                    (Gen.choose (0, Quota.Unlimited))

            let! cost =
                from
                    [ 0L
                      1L
                      5L
                      Quota.UnlimitedCost / 2L + 1L
                      Quota.UnlimitedCost - 1L
                      Quota.UnlimitedCost ]
                    (Gen.choose (0, System.Int32.MaxValue) |> Gen.map int64)

            let! priority = from [ 0; 1; 255 ] (Gen.choose (0, 255))

            return
                { Deadline = deadline
                  Polls = polls
                  Cost = cost
                  Priority = priority }
        }

    /// Three budgets, often equal in some part.
    let budgets: Gen<Budget * Budget * Budget> = Gen.three budget
