//! The rules that the simulator follows without saying so: no record of a scenario can cite them. Each names the test that
//! holds it.

/// Builds [`HELD`] out of lines of an id and a test.
macro_rules! held {
    ($($id:literal: $test:literal;)*) => {
        /// The rules that no record can cite, each with the file and the name of a test.
        static HELD: &[(&str, &str)] = &[$(($id, $test)),*];
    };
}

held! {
    "BILL-ALGO": "src/billing/tests.rs: every_view_of_the_ledger_comes_to_the_same";
    "BILL-CLOCK-HOUR": "tests/it/commitments.rs: ex_37_part_of_a_clock_hour";
    "BILL-COST-ROUND": "tests/it/examples.rs: ex_69_reports_round_months_to_ten_decimals";
    "BILL-CR-DISCOUNT": "tests/it/commitments.rs: unused_slots_are_covered_after_instances";
    "BILL-CREDIT-FREE-TIER": "tests/it/free_tier.rs: no_tier_pays_for_surplus_credits_or_idle_addresses";
    "BILL-CREDIT-LAUNCH": "tests/it/credits.rs: ex_31_t2_standard_never_costs_more_and_starts_anew";
    "BILL-CREDIT-LAUNCH-LIMIT": "tests/it/credits.rs: a_hundred_launches_a_day_bring_launch_credits";
    "BILL-CREDIT-MAX": "tests/it/credits.rs: t3_keeps_what_it_earned_for_seven_days_and_no_second_longer";
    "BILL-CREDIT-MODE-DEFAULT": "tests/it/credits.rs: ex_31_t2_standard_never_costs_more_and_starts_anew";
    "BILL-CREDIT-PERSIST": "tests/it/credits.rs: t3_keeps_what_it_earned_for_seven_days_and_no_second_longer";
    "BILL-CREDIT-SPOT": "tests/it/credits.rs: a_spot_instance_pays_for_its_surplus";
    "BILL-CREDIT-STANDARD": "tests/it/credits.rs: ex_31_t2_standard_never_costs_more_and_starts_anew";
    "BILL-CREDIT-SWITCH": "tests/it/credits.rs: a_switch_of_the_mode_charges_the_surplus_or_takes_launch_credits";
    "BILL-CREDIT-THROTTLE": "tests/it/credits.rs: ex_31_t2_standard_never_costs_more_and_starts_anew";
    "BILL-CUR-PREFIX": "src/catalog/tests/written.rs: regions_are_as_written";
    "BILL-CUR-USAGETYPES": "tests/it/examples.rs: every_row_of_the_book_is_an_example_that_is_tested";
    "BILL-DEDI-REGION-FEE": "tests/it/examples.rs: the_regions_fee_is_due_once_for_every_hour_that_any_dedicated_instance_touches";
    "BILL-EBS-FREE-TIER": "tests/it/free_tier.rs: of_volumes_the_one_made_first_is_free_second_by_second";
    "BILL-EBS-HIBERNATE-RAM": "tests/it/examples.rs: ex_09_the_minimum_of_a_hibernated_run_counts_both_states";
    "BILL-FOCUS-AWS-GAPS": "tests/it/reports.rs: every_bundled_scenario_gives_a_focus_file_and_a_ledger";
    "BILL-FOCUS-COLUMNS": "src/report/focus.rs: there_are_the_53_columns_of_focus_and_four_of_our_own";
    "BILL-FOCUS-FORMAT": "tests/it/reports.rs: a_focus_row_says_what_was_charged_in_an_hour";
    "BILL-FOCUS-INVARIANTS": "tests/it/reports.rs: every_bundled_scenario_gives_a_focus_file_and_a_ledger";
    "BILL-FOCUS-MAP": "tests/it/reports.rs: a_focus_row_says_what_was_charged_in_an_hour";
    "BILL-FOCUS-SKU": "tests/it/reports.rs: a_focus_row_says_what_was_charged_in_an_hour";
    "BILL-FOCUS-VALUES": "tests/it/reports.rs: a_focus_row_says_what_was_charged_in_an_hour";
    "BILL-FOCUS-VERSION": "src/report/focus.rs: there_are_the_53_columns_of_focus_and_four_of_our_own";
    "BILL-FREE-2025": "tests/it/free_tier.rs: credits_are_set_against_everything_but_upfront_fees";
    "BILL-FREE-ALWAYS": "tests/it/snapshots_and_metrics.rs: ex_56_detailed_monitoring";
    "BILL-FREE-LEGACY": "tests/it/free_tier.rs: ex_51_the_legacy_free_tier";
    "BILL-GB": "tests/it/examples.rs: ex_10_and_11_a_stopped_instance_costs_its_volume_and_its_address";
    "BILL-INSTANCE-STORE": "scenarios/storage/instance-store.yaml";
    "BILL-INVOICE-ROUND": "tests/it/reports.rs: an_invoice_rounds_sums_to_cents_once";
    "BILL-IPV4-FREE-TIER": "tests/it/free_tier.rs: addresses_requests_and_snapshots_have_their_own_allowances";
    "BILL-IPV4-IPV6-FREE": "tests/it/examples.rs: ex_50_three_addresses";
    "BILL-IPV4-NO-DISCOUNT": "tests/it/free_tier.rs: no_commitment_touches_an_address";
    "BILL-IPV4-SECONDARY": "tests/it/examples.rs: ex_50_three_addresses";
    "BILL-MIN-HIBERNATE": "tests/it/examples.rs: ex_09_the_minimum_of_a_hibernated_run_counts_both_states";
    "BILL-MIN-ZERO-RUN": "tests/it/examples.rs: ex_01_to_03_a_run_is_charged_for_a_minute_at_least";
    "BILL-MON-BASIC": "tests/it/snapshots_and_metrics.rs: ex_56_detailed_monitoring";
    "BILL-MON-DETAILED": "tests/it/snapshots_and_metrics.rs: ex_56_detailed_monitoring";
    "BILL-MON-STOPPED": "tests/it/snapshots_and_metrics.rs: ex_56_detailed_monitoring";
    "BILL-MONTH-730": "tests/it/compare.rs: a_forecast_is_of_730_hours_that_go_on_like_this";
    "BILL-MONTH-CALENDAR": "tests/it/examples.rs: ex_70_a_month_has_its_own_seconds";
    "BILL-NO-FLOAT": "src/money.rs: every_length_of_month_divides_the_grain";
    "BILL-OD": "src/catalog/tests.rs: well_known_prices";
    "BILL-ORDER": "tests/it/commitments.rs: zonal_regional_ec2_instance_compute";
    "BILL-ORDER-FREE-TIER": "tests/it/free_tier.rs: ex_51_the_legacy_free_tier";
    "BILL-PLATFORM-OP": "src/catalog/tests/written.rs: platforms_are_as_written";
    "BILL-PLATFORM-UPLIFT": "tests/it/examples.rs: a_licence_costs_its_surcharge";
    "BILL-PRICE-BOOK": "tests/it/account.rs: what_has_no_price_is_refused";
    "BILL-QTY-ROUND": "tests/it/examples.rs: ex_68_reports_round_hours_to_six_decimals";
    "BILL-RESIZE-CREDIT": "tests/it/credits.rs: another_size_keeps_what_fits_it";
    "BILL-RI-3600": "tests/it/commitments.rs: ex_32_one_hour_shared_by_several";
    "BILL-RI-CLASS": "tests/it/commitments.rs: reserved_prices_are_published_listed_or_derived";
    "BILL-RI-CONCURRENT": "tests/it/commitments.rs: ex_37_part_of_a_clock_hour";
    "BILL-RI-EVERY-HOUR": "tests/it/commitments.rs: ex_36_a_reserved_instance_of_a_stopped_instance";
    "BILL-RI-FLEX": "tests/it/commitments.rs: ex_35_the_smallest_first";
    "BILL-RI-FLEX-PART": "tests/it/commitments.rs: ex_34_a_reserved_instance_smaller_than_the_instance";
    "BILL-RI-IS-DISCOUNT": "tests/it/commitments.rs: ex_36_a_reserved_instance_of_a_stopped_instance";
    "BILL-RI-MATCH": "tests/it/commitments.rs: zonal_regional_ec2_instance_compute";
    "BILL-RI-PAYMENT": "tests/it/commitments.rs: ex_38_what_is_paid_at_once_is_spread_over_the_term";
    "BILL-RI-SCOPE": "tests/it/commitments.rs: zonal_regional_ec2_instance_compute";
    "BILL-RI-STATE": "tests/it/commitments.rs: ex_36_a_reserved_instance_of_a_stopped_instance";
    "BILL-RI-TERM": "tests/it/commitments.rs: ex_38_what_is_paid_at_once_is_spread_over_the_term";
    "BILL-SECOND-GRID": "tests/it/examples.rs: ex_01_to_03_a_run_is_charged_for_a_minute_at_least";
    "BILL-SNAP-AMI": "tests/it/snapshots_and_metrics.rs: an_image_costs_its_snapshots";
    "BILL-SP-APPLY": "tests/it/commitments.rs: zonal_regional_ec2_instance_compute";
    "BILL-SP-COMMIT": "tests/it/commitments.rs: ex_44_a_savings_plan_that_isnt_used";
    "BILL-SP-FORMULA": "tests/it/commitments.rs: ex_43_a_savings_plan_that_is_used_up";
    "BILL-SP-RATE": "tests/it/commitments.rs: ex_43_a_savings_plan_that_is_used_up";
    "BILL-SP-SCOPE": "tests/it/commitments.rs: zonal_regional_ec2_instance_compute";
    "BILL-SPLIT-HOUR": "tests/it/commitments.rs: ex_32_one_hour_shared_by_several";
    "BILL-SPOT-EXTRA": "tests/it/spot_prices.rs: ex_39_what_ec2_interrupts_in_the_first_hour_is_free";
    "BILL-SPOT-NOTICE": "tests/it/spot_prices.rs: ex_41_each_hour_has_the_price_at_its_beginning";
    "BILL-SPOT-STOPPED": "tests/it/spot_prices.rs: a_restart_begins_a_first_hour_anew";
    "BILL-TIME-UTC": "tests/it/examples.rs: an_hour_is_booked_in_the_month_in_which_it_begins";
    "CHECK-RESUME": "tests/it/cases/basics.rs: case_03_to_hibernate_and_resume_is_to_remember";
    "CMPX-ALWAYS-FREE": "tests/it/functions.rs: a_list_price_stays_visible_beside_what_is_free";
    "CMPX-BREAKEVEN": "tests/it/elsewhere.rs: three_million_requests_break_even_where_the_rulebook_says";
    "CMPX-GB": "tests/it/functions.rs: every_example_comes_to_what_the_rulebook_says";
    "CMPX-MAP-CPU": "tests/it/elsewhere.rs: a_run_is_a_task_of_the_smallest_size_that_holds_an_instance_type";
    "CMPX-MAP-FGT": "tests/it/elsewhere.rs: a_run_is_a_task_of_the_smallest_size_that_holds_an_instance_type";
    "CMPX-MAP-LAM": "tests/it/elsewhere.rs: a_run_is_an_invocation_of_what_an_instance_type_holds";
    "CMPX-MAP-REFUSE": "tests/it/elsewhere.rs: what_has_no_place_has_no_price";
    "CMPX-MONTH": "tests/it/functions.rs: an_allowance_begins_anew_with_each_month";
    "CMPX-SIDE": "tests/it/elsewhere.rs: three_million_requests_break_even_where_the_rulebook_says";
    "CMPX-TIERS": "tests/it/functions.rs: every_example_comes_to_what_the_rulebook_says";
    "CMPX-TIME": "tests/it/functions.rs: a_function_goes_cold_warm_throttled_and_provisioned";
    "DNS-PRIVATE-IP": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "DNS-PUBLIC": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "DNS-WHEN": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "EB-ORDER": "tests/it/eventbridge.rs: events_are_those_that_ec2_sends";
    "EB-SPOT-FULFILLED": "tests/it/eventbridge.rs: spot_instances_are_warned";
    "EB-SPOT-REBALANCE": "tests/it/eventbridge.rs: spot_instances_are_warned";
    "EB-SPOT-WARNING": "tests/it/eventbridge.rs: spot_instances_are_warned";
    "EB-STATE-CHANGE": "tests/it/eventbridge.rs: events_are_those_that_ec2_sends";
    "EB-TERMINATE-STOPPED": "tests/it/eventbridge.rs: events_are_those_that_ec2_sends";
    "ECS-SVC-THROTTLE": "tests/it/containers.rs: a_failing_deployment_goes_on_unless_the_circuit_breaker_ends_it";
    "EIP-STOP": "tests/it/cases/addresses.rs: case_09_an_elastic_ip_outlives_stop_start_and_termination";
    "EVENT-DONE": "tests/it/cases/trouble.rs: case_32_retirement";
    "FGT-IDLE": "tests/it/containers.rs: a_service_without_tasks_costs_nothing";
    "FGT-RATE": "tests/it/containers.rs: fargate_starts_a_hundred_at_once_then_twenty_a_second";
    "FGT-REGION": "src/catalog/compute.rs: regions_are_dearer_by_their_ratios";
    "HIB-IMAGE": "tests/it/cases/basics.rs: case_06_a_hibernation_that_fails_falls_back";
    "HIB-METERED-STOPPING": "tests/it/examples.rs: ex_08_the_stopping_of_a_hibernation_costs";
    "HIB-NEW-HOST": "tests/it/cases/basics.rs: case_03_to_hibernate_and_resume_is_to_remember";
    "HIB-TIMING": "tests/it/cases/basics.rs: case_03_to_hibernate_and_resume_is_to_remember";
    "IP-AUTO-ENI-SETTING": "tests/it/cases/addresses.rs: case_14_an_instance_without_public_addresses_never_has_one";
    "IP-AUTO-OVERRIDE": "tests/it/cases/addresses.rs: case_14_an_instance_without_public_addresses_never_has_one";
    "IP-AUTO-POOL": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "IP-AUTO-PRIMARY": "tests/it/cases/addresses.rs: case_12_a_second_interface_costs_the_public_address";
    "IP-CHARGED": "tests/it/examples.rs: ex_50_three_addresses";
    "IP-NONE-SECOND-ENI": "tests/it/cases/addresses.rs: case_12_a_second_interface_costs_the_public_address";
    "IP-PRIVATE-PRIMARY-FIXED": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "IP-PRIVATE-TAKEN": "tests/it/endpoint/networks.rs: a_launch_may_ask_for_its_address";
    "IP-REBOOT": "tests/it/cases/basics.rs: case_02_a_reboot_keeps_almost_everything";
    "IP-SUBNET-RESERVED": "src/network/pool.rs: every_number_stands_for_a_place_of_its_own";
    "KEEP-CREDITS-T2": "tests/it/credits.rs: ex_31_t2_standard_never_costs_more_and_starts_anew";
    "KEEP-CREDITS-T2-MODE": "tests/it/credits.rs: a_switch_of_the_mode_charges_the_surplus_or_takes_launch_credits";
    "KEEP-CREDITS-T3": "tests/it/credits.rs: t3_keeps_what_it_earned_for_seven_days_and_no_second_longer";
    "KEEP-ENI": "tests/it/cases/addresses.rs: case_12_a_second_interface_costs_the_public_address";
    "KEEP-GROUPS": "src/lifecycle/retention.rs: what_has_no_form_in_a_scenario_stays_until_a_termination";
    "KEEP-HOST": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "KEEP-ID": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "KEEP-LAUNCHTIME": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "KEEP-METADATA": "src/lifecycle/retention.rs: what_has_no_form_in_a_scenario_stays_until_a_termination";
    "KEEP-METERING": "tests/it/examples.rs: ex_06_a_reboot_begins_no_run_and_a_start_does";
    "KEEP-PLACEMENT": "tests/it/cases/basics.rs: nothing_moves_an_instance_to_another_zone_group_or_tenancy";
    "KEEP-PRIVATE-DNS": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "KEEP-PUBLIC-DNS": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "KEEP-REASON": "tests/it/cases/basics.rs: case_02_a_reboot_keeps_almost_everything";
    "KEEP-STOPPED-FIELDS": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "KEEP-TERMINATE-FIELDS": "tests/it/cases/termination.rs: case_15_which_volumes_go";
    "KEEP-TYPE": "tests/it/cases/others.rs: case_35_another_type";
    "KEEP-UPTIME": "tests/it/cases/basics.rs: case_03_to_hibernate_and_resume_is_to_remember";
    "KEEP-ZONE": "tests/it/cases/basics.rs: nothing_moves_an_instance_to_another_zone_group_or_tenancy";
    "LAM-FREE": "tests/it/functions.rs: a_list_price_stays_visible_beside_what_is_free";
    "LAM-LIM-CPU": "tests/it/elsewhere.rs: what_has_no_place_has_no_price";
    "LAM-REGION": "src/catalog/compute.rs: regions_are_dearer_by_their_ratios";
    "LIFE-OSDOWN-NO-HIBERNATE": "tests/it/cases/basics.rs: case_08_the_operating_system_shuts_down";
    "LIFE-OSDOWN-STORE": "tests/it/cases/others.rs: case_34_instance_store_backed";
    "LIFE-RUN-COUNT": "tests/it/cases/refusals.rs: case_27_a_group_with_a_client_token_is_launched_once";
    "LIFE-RUN-LAUNCHTIME": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "LIFE-RUN-ROOT-SIZE": "scenarios/storage/device-names.yaml";
    "LIFE-SKIP-STICKY": "tests/it/cases/stops.rs: case_28_an_os_that_does_not_listen";
    "LIFE-START-CLEARS-REASON": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "LIFE-STOP-BEHAVIOR-IRRELEVANT": "tests/it/cases/basics.rs: case_08_the_operating_system_shuts_down";
    "LIFE-TERM-BAD-ID": "tests/it/cases/protection.rs: case_22_one_bad_id_and_nothing_happens";
    "LIFE-TERM-STUCK": "tests/it/cases/trouble.rs: case_29_a_broken_host";
    "LIFE-ZONE-LETTERS": "scenarios/fleet/zone-letters.yaml";
    "MOD-HIBERNATION-FIXED": "tests/it/cases/basics.rs: case_04_what_was_not_configured_does_not_hibernate";
    "MOD-ONE-AT-A-TIME": "tests/it/cases/others.rs: case_35_another_type";
    "PROT-REBOOT": "tests/it/cases/protection.rs: case_20_stop_protection_protects_twice";
    "PROT-TERM-BATCH-AZ": "tests/it/cases/protection.rs: case_21_one_request_two_zones";
    "PROT-TERM-NOT": "tests/it/cases/protection.rs: case_19_termination_protection_and_its_hole";
    "REASON-DOC-QUIRK": "tests/it/cases/trouble.rs: a_launch_and_a_start_fail_later_with_each_code";
    "REASON-HIB": "tests/it/cases/basics.rs: case_03_to_hibernate_and_resume_is_to_remember";
    "REASON-LAUNCH-CAPACITY": "tests/it/cases/trouble.rs: a_launch_and_a_start_fail_later_with_each_code";
    "REASON-LAUNCH-CLIENT": "tests/it/cases/trouble.rs: a_launch_and_a_start_fail_later_with_each_code";
    "REASON-LAUNCH-KMS-STATE": "tests/it/cases/trouble.rs: a_launch_and_a_start_fail_later_with_each_code";
    "REASON-LAUNCH-PARAMETER": "tests/it/cases/trouble.rs: a_launch_and_a_start_fail_later_with_each_code";
    "REASON-LAUNCH-SERVER": "tests/it/cases/trouble.rs: a_launch_and_a_start_fail_later_with_each_code";
    "REASON-LAUNCH-SNAPSHOT": "tests/it/cases/trouble.rs: a_launch_and_a_start_fail_later_with_each_code";
    "REASON-LAUNCH-VOLUMES": "tests/it/cases/trouble.rs: a_launch_and_a_start_fail_later_with_each_code";
    "REASON-NONE": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "REASON-OSDOWN": "tests/it/cases/basics.rs: case_08_the_operating_system_shuts_down";
    "REASON-REBOOT-NONE": "tests/it/cases/basics.rs: case_02_a_reboot_keeps_almost_everything";
    "REASON-SHAPE": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "REASON-START-CAPACITY": "tests/it/cases/trouble.rs: a_launch_and_a_start_fail_later_with_each_code";
    "REASON-START-KMS": "tests/it/cases/trouble.rs: a_launch_and_a_start_fail_later_with_each_code";
    "REASON-STOP": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "REASON-TERM": "tests/it/cases/termination.rs: case_15_which_volumes_go";
    "REASON-TRANSITION-TIME": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "RECOV-CLOUDWATCH": "tests/it/cases/trouble.rs: a_recovery_is_tried_once_and_three_times_a_day";
    "RECOV-CONDITIONS": "tests/it/cases/trouble.rs: a_recovery_is_tried_once_and_three_times_a_day";
    "RECOV-FAMILIES": "tests/it/cases/trouble.rs: a_recovery_is_tried_once_and_three_times_a_day";
    "RECOV-MANUAL": "tests/it/cases/trouble.rs: case_31_automatic_recovery";
    "REQ-ERROR-CLASS": "tests/it/cases/refusals.rs: case_26_dry_run";
    "REQ-IDS-MISSING": "tests/it/endpoint/protocol.rs: bad_requests_are_told_so_and_change_nothing";
    "REQ-RESPONSE-STATES": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "SPOT-HOST-TENANCY": "tests/it/cases/spot.rs: a_spot_instance_has_no_dedicated_host_and_no_group_to_come_back_to";
    "STATE-CODE-LOW-BYTE": "tests/it/table.rs: states_have_the_codes_of_the_api";
    "STATE-CODES": "tests/it/table.rs: states_have_the_codes_of_the_api";
    "STATE-EDGES": "tests/it/table.rs: the_edges_are_exactly_those_of_the_rulebook";
    "STATE-HIBERNATED-API": "tests/it/cases/basics.rs: case_03_to_hibernate_and_resume_is_to_remember";
    "STATE-METERING": "tests/it/table.rs: what_holds_in_a_phase_is_as_the_rulebooks_say";
    "STATE-STOPPED-FOR-EVER": "tests/it/examples.rs: ex_13_a_data_volume_left_behind_goes_on_costing";
    "STATE-TERMINATED-FINAL": "tests/it/table.rs: the_edges_are_exactly_those_of_the_rulebook";
    "STATE-TERMINATED-VISIBLE": "tests/it/cases/termination.rs: case_18_terminating_twice";
    "STATE-WAITERS": "tests/it/cases/trouble.rs: a_wait_for_stopped_says_what_the_waiter_of_ec2_would_see";
    "TIME-FALLBACK": "tests/it/cases/basics.rs: case_06_a_hibernation_that_fails_falls_back";
    "TIME-HIBERNATING": "tests/it/cases/basics.rs: case_03_to_hibernate_and_resume_is_to_remember";
    "TIME-ORDER": "tests/it/ends.rs: a_wait_at_the_end_of_a_script_is_time_that_passes";
    "TIME-OS-TIMEOUT": "tests/it/cases/stops.rs: case_28_force_waits_for_four_minutes";
    "TIME-PENDING": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "TIME-REASON-STAMP": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "TIME-RESUMING": "tests/it/cases/basics.rs: case_03_to_hibernate_and_resume_is_to_remember";
    "TIME-SHUTTING-DOWN": "tests/it/cases/termination.rs: case_15_which_volumes_go";
    "TIME-SKIP": "tests/it/cases/stops.rs: case_28_an_os_that_does_not_listen";
    "TIME-STOPPING": "tests/it/cases/basics.rs: case_01_a_stop_and_a_start_forget";
    "TIME-STUCK-TERMINATE": "tests/it/cases/trouble.rs: case_29_a_broken_host";
    "TIME-TERMINATED-VISIBLE": "tests/it/cases/termination.rs: case_18_terminating_twice";
    "VOL-STORE-FIXED": "scenarios/storage/instance-store.yaml";
}

/// The test that holds a rule which no record of a scenario can cite.
pub fn held_by(id: &str) -> Option<&'static str> {
    HELD.iter()
        .find(|(one, _)| *one == id)
        .map(|(_, test)| *test)
}

/// The rules that no record can cite, each with its test.
pub fn held() -> impl Iterator<Item = (&'static str, &'static str)> {
    HELD.iter().copied()
}
