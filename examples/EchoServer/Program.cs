// The server arrives with the facade it demonstrates; until then every call is a usage error.
Console.Error.WriteLine("usage: EchoServer");
Console.Error.WriteLine("The example is not written yet.");
return 2;
