# SPDX-License-Identifier: Apache-2.0
"""`wattline doctor` on hosts that differ in what they have: files and stubs stand in for sensors."""
import os
import tempfile
from pathlib import Path

from program import ProgramTest

FAILED, USAGE = 1, 2


class Doctor(ProgramTest):
    def setUp(self):
        super().setUp()
        self.env["CUDA_VISIBLE_DEVICES"] = "0"
        # Whatever this machine has, these tests bring their own GPUs.
        self.env["WATTLINE_NVML_LIBRARY"] = "/nowhere/libnvidia-ml.so.1"
        self.env["WATTLINE_ROCM_SMI_LIBRARY"] = "/nowhere/librocm_smi64.so"

    def play(self, script):
        file = tempfile.NamedTemporaryFile("w", suffix=".txt")
        self.addCleanup(file.close)
        file.write(script + "\n")
        file.flush()
        self.env["WATTLINE_NVML_LIBRARY"] = os.environ["WATTLINE_NVML_STUB"]
        self.env["WATTLINE_STUB_SCRIPT"] = file.name

    def test_without_a_gpu_it_says_what_is_missing_and_what_to_do(self):
        found = self.json("doctor", "--json")
        checks = {check["key"]: check for check in found["checks"]}
        self.assertFalse(checks["sensor.nvml"]["ok"])
        self.assertIn("--nv", checks["sensor.nvml"]["advice"])
        self.assertFalse(checks["sensor.rocm_smi"]["ok"])
        for key in ("sensor.pm_counters", "sensor.rapl", "sensor.amd_energy", "mpi", "trainer", "blas",
                    "zeromq", "gpu", "cores", "window", "workspace", "disk", "hub"):
            self.assertIn(key, checks)
        self.assertIsNone(found["self_test"])
        for sensor in found["sensors"]:
            self.assertIn(sensor["method"], ("counter", "integrated", "estimated"))

    def test_a_board_is_listed_with_what_it_tells_and_how_often(self):
        self.play("devices 1 NVIDIA A100\ntrace 0 0 100 3600 400\nupdate 0 0.1\ntick 0 0.1")
        sensors = self.json("doctor", "--json")["sensors"]
        board = next(s for s in sensors if s["id"] == "GPU-00000000-stub")
        self.assertEqual((board["scope"], board["method"]), ("board", "counter"))
        self.assertIn("temperature", board["tells"])
        # The stub's clock is real, so the machine's load may stretch what is seen.
        if board["update_period_s"] is not None:
            self.assertGreater(board["update_period_s"], 0.05)

    def test_sensors_that_agree_pass_the_self_test(self):
        self.play("devices 1 NVIDIA A100\ntrace 0 0 250")
        test = self.json("doctor", "--json", "--self-test", "--seconds", "3")["self_test"]
        pair = next(c for c in test["comparisons"] if c["kind"] == "same_device")
        self.assertTrue(pair["agree"])
        self.assertEqual(pair["first"]["method"], "counter")
        self.assertEqual(pair["second"]["method"], "integrated")
        self.assertGreater(pair["first"]["u_j"], 0)

    def test_sensors_that_contradict_each_other_fail_it(self):
        self.play("devices 1 NVIDIA A100\ntrace 0 0 327\nscale 0 0.57")
        done = self.wattline("doctor", "--self-test", "--seconds", "1")
        self.assertEqual(done.returncode, FAILED)
        self.assertIn("differ by more than both", done.stdout)
        self.assertRegex(done.stderr, r"\Awattline: two sensors differ .*\n\Z")

    def test_the_length_is_checked(self):
        self.refuses(USAGE, "doctor", "--self-test", "--seconds", "0", saying=["--seconds"])

    def test_keys_that_others_can_reach_are_named(self):
        keys = Path(self.home) / "keys"
        keys.mkdir(mode=0o755, exist_ok=True)
        keys.chmod(0o755)
        check = next(c for c in self.json("doctor", "--json")["checks"] if c["key"] == "keys")
        self.assertFalse(check["ok"])
        self.assertIn("chmod 700", check["advice"])
