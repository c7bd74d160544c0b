namespace Asupersync.Kernel

/// A node of the vector: up to 32 items, or up to 32 nodes.
[<AllowNullLiteral>]
type internal VectorNode<'T>(items: 'T[], children: VectorNode<'T>[]) =
    member _.Items = items
    member _.Children = children

/// An immutable sequence indexed from 0: a 32-way trie. Setting copies one path, so that a state of any size costs a few
/// hundred bytes a step, and a state of at most 32 records is one array.
[<Sealed>]
type internal PersistentVector<'T> private (count: int64, shift: int, root: VectorNode<'T>) =

    static let width = 32
    static let bits = 5

    /// No items.
    static member val Empty = PersistentVector<'T>(0L, 0, VectorNode<'T>([||], null))

    /// The same item so many times. Parts that are alike are one.
    static member Replicate(count: int, value: 'T) =
        let leaf size =
            VectorNode<'T>(Array.create size value, null)

        let rec build level size =
            if level = 0 then
                leaf size
            else
                let below = 1 <<< level
                let full = size / below
                let rest = size % below
                let child = if full > 0 then build (level - bits) below else null

                let parts = Array.create (full + sign rest) child

                if rest > 0 then
                    parts[full] <- build (level - bits) rest

                VectorNode<'T>(null, parts)

        let mutable shift = 0

        while count > (width <<< shift) do
            shift <- shift + bits

        PersistentVector<'T>(int64 count, shift, build shift count)

    /// How many items there are.
    member _.Count = count

    /// The item at an index that exists.
    member _.Item(index: int64) : inref<'T> =
        let mutable node = root
        let mutable level = shift

        while level > 0 do
            node <- node.Children[int ((index >>> level) &&& 31L)]
            level <- level - bits

        &node.Items[int (index &&& 31L)]

    static member private Replace(node: VectorNode<'T>, level: int, index: int64, value: 'T) : VectorNode<'T> =
        let slot = int ((index >>> level) &&& 31L)

        if level = 0 then
            let source = if isNull node then [||] else node.Items
            let target = Array.zeroCreate (max source.Length (slot + 1))
            System.Array.Copy(source, target, source.Length)
            target[slot] <- value
            VectorNode<'T>(target, null)
        else
            let source = if isNull node then [||] else node.Children
            let target = Array.zeroCreate (max source.Length (slot + 1))
            System.Array.Copy(source, target, source.Length)
            target[slot] <- PersistentVector<'T>.Replace(target[slot], level - bits, index, value)
            VectorNode<'T>(null, target)

    /// Sets the item at an index that exists, or adds one at index Count.
    member _.With(index: int64, value: 'T) : PersistentVector<'T> =
        let full = index = (int64 width <<< shift)

        if full then
            let raised = VectorNode<'T>(null, [| root |])

            PersistentVector<'T>(
                count + 1L,
                shift + bits,
                PersistentVector<'T>.Replace(raised, shift + bits, index, value)
            )
        else
            PersistentVector<'T>(max count (index + 1L), shift, PersistentVector<'T>.Replace(root, shift, index, value))
