# petbreeds in a container, on the CPU:
#   docker build -t petbreeds .
#   docker run --rm -v "$PWD/photos:/data" -v petbreeds-cache:/cache petbreeds train --data /data/my-photos
# With an NVIDIA GPU (Linux, the NVIDIA container toolkit):
#   docker build --build-arg TORCH_BACKEND=cuda -t petbreeds:cuda .
#   docker run --rm --gpus all --shm-size 1g -v "$PWD/photos:/data" -v petbreeds-cache:/cache petbreeds:cuda train --data /data/my-photos

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TORCH_BACKEND=cpu
WORKDIR /src

# The packages (libtorch among them) come first: a change of source does not fetch them again. ReadyToRun code, compiled ahead for this platform
# alone, saves a tenth of a second at every start.
ARG READY="-p:PublishReadyToRun=true -p:EnableRuntimePackDownload=true -p:RuntimeIdentifiers=linux-x64"
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/PetBreeds.Core/PetBreeds.Core.csproj src/PetBreeds.Core/packages.lock.json src/PetBreeds.Core/
COPY src/PetBreeds.Reports/PetBreeds.Reports.csproj src/PetBreeds.Reports/packages.lock.json src/PetBreeds.Reports/
COPY src/PetBreeds.Cli/PetBreeds.Cli.csproj src/PetBreeds.Cli/packages.lock.json src/PetBreeds.Cli/
RUN dotnet restore src/PetBreeds.Cli -r linux-x64 $READY -p:TorchBackend=$TORCH_BACKEND

COPY LICENSE .editorconfig ./
COPY src/ src/
RUN dotnet publish src/PetBreeds.Cli -c Release -r linux-x64 --no-self-contained --no-restore $READY -p:TorchBackend=$TORCH_BACKEND -o /app

# The image of ASP.NET Core is the one of .NET with the web server in it that `petbreeds clean` uses.
FROM mcr.microsoft.com/dotnet/aspnet:10.0
# Reads plain JPEGs faster than the decoder in the packages.
RUN apt-get update && apt-get install -y --no-install-recommends libturbojpeg && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app

# Runs and downloads go to /data, presized photos to /cache: both must belong to the user of the image.
RUN mkdir -p /data /cache && chown -R $APP_UID:$APP_UID /data /cache
ENV PETBREEDS_CACHE=/cache
VOLUME ["/data", "/cache"]
WORKDIR /data
USER $APP_UID
ENTRYPOINT ["/app/petbreeds"]
