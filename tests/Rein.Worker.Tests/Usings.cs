global using Xunit;

// Processes are contained on Linux only, and so are their trials.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
