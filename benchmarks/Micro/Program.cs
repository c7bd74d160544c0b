using BenchmarkDotNet.Running;

// Micro.Benchmarks takes the arguments of BenchmarkDotNet, such as --filter '*Yield*' or --job short.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
