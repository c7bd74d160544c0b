namespace Asupersync.Kernel

/// Hashes of records, the same in every process and on every machine. The hash of a state is the sum of its records' hashes, so
/// that a store keeps it up to date with two of them per changed record. Links, deadlines and priorities are left out: equal
/// states hash equal whatever their index looks like.
[<RequireQualifiedAccess>]
module Fingerprint =

    let inline private mix (h: uint64) (v: uint64) =
        let x = (h ^^^ v) * 0x9E3779B97F4A7C15UL
        x ^^^ (x >>> 32)

    let inline private flag value = if value then 1UL else 0UL

    let private reason (value: CancelReason) =
        if isNull value then 0UL else value.Fingerprint

    let private outcome (h: uint64) (value: Outcome) =
        mix (mix h (uint64 (int value.Severity))) (reason value.Reason)

    let inline private finish (h: uint64) =
        let x = (h ^^^ (h >>> 31)) * 0x7FB5D329728EA185UL
        x ^^^ (x >>> 27)

    /// The hash of a region under its identifier.
    let ofRegion (id: RegionId) (record: RegionRecord) =
        let small =
            uint64 (int record.Phase)
            ||| (flag record.External <<< 8)
            ||| (uint64 (int record.Policy) <<< 16)
            ||| (uint64 record.Finalizers <<< 32)

        let h = mix (mix 0xA1UL (uint64 (int64 id))) (uint64 (int64 record.Owner))
        let h = mix (mix h (uint64 (int64 record.Body))) (uint64 (int64 record.Trigger))
        let h = mix (mix h (uint64 record.Budget.Polls)) (uint64 record.Budget.Cost)
        finish (outcome (mix (mix h small) (reason record.Reason)) record.Outcome)

    /// The hash of a task under its identifier.
    let ofTask (id: TaskId) (record: TaskRecord) =
        let small =
            uint64 (int record.Phase)
            ||| (uint64 (int record.Role) <<< 4)
            ||| (flag record.Started <<< 8)
            ||| (flag record.Echo <<< 9)
            ||| (flag record.Observed <<< 10)
            ||| (uint64 record.Depth <<< 32)

        let quotas = uint64 (uint32 record.Polls) ||| (uint64 (uint32 record.Cleanup) <<< 32)
        let h = mix (mix 0xB2UL (uint64 (int64 id))) (uint64 (int64 record.Region))
        let h = mix (mix h small) (uint64 record.Waits.Raw)
        let h = mix (mix h quotas) (uint64 record.Cost)
        let h = mix (mix h (uint64 (uint32 record.Mask))) (reason record.Reason)
        finish (outcome h record.Outcome)

    /// The hash of an obligation under its identifier.
    let ofObligation (id: ObligationId) (record: ObligationRecord) =
        let small = uint64 (int record.Kind) ||| (uint64 (int record.Phase) <<< 8)
        finish (mix (mix (mix 0xC3UL (uint64 (int64 id))) (uint64 (int64 record.Holder))) small)
