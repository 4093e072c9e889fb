# gomortem in a small image: docker build -t gomortem . && docker run --rm -v "$PWD:/work" gomortem run incident.tar.gz
FROM debian:12 AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev cmake ninja-build pkg-config \
    libsqlite3-dev libprotobuf-c-dev protobuf-c-compiler libarchive-dev libcairo2-dev libpango1.0-dev libglib2.0-dev libyajl-dev \
    libpcre2-dev libyaml-dev libssl-dev libsnappy-dev libzstd-dev zlib1g-dev libjs-dygraphs scdoc dpkg-dev file && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cmake --preset release -DBUILD_TESTING=OFF && cmake --build --preset release && cd build/release && cpack -G DEB -B /packages

FROM debian:12-slim
COPY --from=build /packages/*.deb /tmp/
RUN apt-get update && apt-get install -y --no-install-recommends /tmp/*.deb fonts-dejavu-core && rm -rf /var/lib/apt/lists/* /tmp/*.deb \
    && useradd --uid 65532 --no-create-home --shell /usr/sbin/nologin gomortem
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["gomortem"]
