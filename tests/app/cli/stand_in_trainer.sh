#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Stands in for wattline-train where a test is about the command line: a rank with the real publisher
# and no model ($WATTLINE_RANK_PROGRAM), 20 ms a step.
steps=50
while [ $# -gt 1 ]; do
    case $1 in
    --run-folder) folder=$2 ;;
    --steps) steps=$2 ;;
    esac
    shift
done
exec "$WATTLINE_RANK_PROGRAM" "$folder" "$OMPI_COMM_WORLD_RANK" "$OMPI_COMM_WORLD_SIZE" "$steps" 20000
