using Microsoft.Extensions.Logging;

namespace Rein.System.Tests.Host;

/// <summary>Keeps what is logged, with what went wrong.</summary>
sealed class KeptLog : ILoggerProvider, ILogger
{
    readonly Lock gate = new();
    string text = "";

    public string Text
    {
        get
        {
            lock (gate)
                return text;
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate)
            text += formatter(state, exception) + exception + "\n";
    }

    public void Dispose() { }
}
