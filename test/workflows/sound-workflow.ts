/** A workflow without a fault, for tests that plant one. */

export const sha = "3d3c42e5aac5ba805825da76410c181273ba90b1";

export const soundWorkflow = `name: sound
on:
  push:
    branches: [main]
  schedule:
    - cron: "7,37 * * * *" # 1,461 minutes a month

permissions: {}

concurrency:
  group: sound
  queue: max
  cancel-in-progress: false

jobs:
  free:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read # the sources
    steps:
      - uses: actions/checkout@${sha} # v7.0.1
        with:
          persist-credentials: false
      - run: npm ci --ignore-scripts
      - run: echo "$TITLE"
        env:
          TITLE: \${{ github.event.head_commit.message }}

  guarded:
    runs-on: ubuntu-slim
    timeout-minutes: 5
    environment: silo-manager
    permissions: {}
    steps:
      - uses: actions/create-github-app-token@${sha} # v3.1.1
        id: app
        with:
          client-id: \${{ vars.CLIENT_ID }}
          private-key: \${{ secrets.PRIVATE_KEY }}
          permission-secrets: write
      - uses: ./
        with:
          command: apply
          fly-api-token: \${{ secrets.FLY_API_TOKEN }}
          secrets-token: \${{ steps.app.outputs.token }}
`;
