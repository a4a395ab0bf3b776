global using Xunit;

// The embedded worker contains processes on Linux only.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
