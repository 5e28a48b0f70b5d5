# The gateway, the twin and the console in one image. `docker compose up` builds it; see docker-compose.yml and README.md.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npx vite build web && npm prune --omit=dev

FROM node:24-bookworm-slim
# openssl makes the broker's certificate, socat the twin's ptys.
RUN apt-get update \
 && apt-get install -y --no-install-recommends openssl socat \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/web ./dist/web
COPY --from=build /app/bin ./bin
COPY --from=build /app/src ./src
COPY --from=build /app/firmware-protocols ./firmware-protocols
COPY --from=build /app/simulators ./simulators
COPY --from=build /app/sites ./sites
COPY --from=build /app/deploy ./deploy
# The gateway's bundle is made here: its user may not write into /app.
RUN node bin/guiwei.mjs --version
# New volumes take these owners: /broker belongs to the user of the Mosquitto image (1883).
RUN mkdir /data /broker && chown node:node /data && chown 1883:1883 /broker
# 0.0.0.0 needs TLS_CERT and TLS_KEY, or INSECURE_HTTP=yes where a proxy keeps TLS.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 CMD ["node", "deploy/health.mjs"]
CMD ["node", "bin/guiwei.mjs", "serve"]
