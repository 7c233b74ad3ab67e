# petbreeds in a container, on the CPU:
#   docker build -t petbreeds .
#   docker run --rm -v "$PWD/photos:/photos:ro" -v petbreeds-runs:/data -v petbreeds-cache:/cache petbreeds train --data /photos
#   docker run --rm -p 8000:8000 -e PETBREEDS_API_KEY -v petbreeds-runs:/data:ro --read-only --tmpfs /tmp petbreeds serve --host 0.0.0.0
# With an NVIDIA GPU (Linux, the NVIDIA container toolkit):
#   docker build --build-arg TORCH_BACKEND=cuda -t petbreeds:cuda .
#   docker run --rm --gpus all --shm-size 1g -v "$PWD/photos:/photos:ro" -v petbreeds-runs:/data petbreeds:cuda train --data /photos

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TORCH_BACKEND=cpu
WORKDIR /src

# The packages (libtorch among them) come first: a change of source does not fetch them again. ReadyToRun code, compiled ahead for this
# platform alone, saves a tenth of a second at every start.
ARG READY="-p:PublishReadyToRun=true -p:EnableRuntimePackDownload=true -p:RuntimeIdentifiers=linux-x64"
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY src/PetBreeds.Core/PetBreeds.Core.csproj src/PetBreeds.Core/packages.lock.json src/PetBreeds.Core/
COPY src/PetBreeds.Reports/PetBreeds.Reports.csproj src/PetBreeds.Reports/packages.lock.json src/PetBreeds.Reports/
COPY src/PetBreeds.Cli/PetBreeds.Cli.csproj src/PetBreeds.Cli/packages.lock.json src/PetBreeds.Cli/
RUN dotnet restore src/PetBreeds.Cli -r linux-x64 $READY -p:TorchBackend=$TORCH_BACKEND

COPY LICENSE .editorconfig ./
COPY src/ src/
RUN dotnet publish src/PetBreeds.Cli -c Release -r linux-x64 --no-self-contained --no-restore $READY -p:TorchBackend=$TORCH_BACKEND -o /app
# The native libraries are most of the bytes and change seldom: they get a layer of their own.
RUN mkdir /native && mv /app/*.so /app/*.so.* /native/

# The image of ASP.NET Core is the one of .NET with the web server in it that `petbreeds serve` and `clean` use.
FROM mcr.microsoft.com/dotnet/aspnet:10.0
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="petbreeds" \
      org.opencontainers.image.description="Trains image classifiers, and answers for photos over HTTP" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="mcr.microsoft.com/dotnet/aspnet:10.0"
# Reads plain JPEGs faster than the decoder in the packages.
RUN apt-get update && apt-get install -y --no-install-recommends libturbojpeg && rm -rf /var/lib/apt/lists/*

# Runs go to /data, downloads and presized photos to /cache: both must belong to the user of the image. Nothing else is written to but /tmp.
RUN mkdir -p /data /cache && chown $APP_UID:$APP_UID /data /cache
COPY --from=build /native /app
COPY --from=build /app /app
COPY scripts/healthy LICENSE /app/
ENV PETBREEDS_CACHE=/cache
VOLUME ["/data", "/cache"]
WORKDIR /data
USER $APP_UID
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s --start-interval=2s CMD ["/app/healthy"]
ENTRYPOINT ["/app/petbreeds"]
