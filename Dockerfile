# docker build -t rein . && docker run -p 7300:7300 -v rein:/data rein
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Rein.Cli -c Release -o /app --use-current-runtime --self-contained false -p:PublishReadyToRun=true -p:DebugType=embedded

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /app /app
RUN mkdir -m 0700 /data && chown app /data
USER app
ENV REIN_DATA=/data PATH=/app:$PATH DOTNET_EnableDiagnostics=0
VOLUME /data
EXPOSE 7300
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app/rein"]
CMD ["up", "--listen", "http://0.0.0.0:7300"]
